/**
 * The text, with at most so many characters; one that is longer ends with an ellipsis, which counts. A character is never
 * cut in two: the API server stores half of one as another character, so that what it has would always differ.
 */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text
  // A character takes two units at most: of a hostile text, no more is looked at.
  const characters = [...text.slice(0, 2 * most + 2)]
  return characters.length > most ? `${characters.slice(0, most - 1).join('')}…` : text
}
