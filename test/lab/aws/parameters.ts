import { Refusal } from './refusal.ts'

/** The parameters of one call in the Query protocol: `Action=…&Version=…&LoadBalancerArns.member.1=…`. */
export class Parameters {
  readonly #form: URLSearchParams

  constructor(body: string) {
    this.#form = new URLSearchParams(body)
  }

  text(name: string): string | undefined {
    return this.#form.get(name) ?? undefined
  }

  required(name: string): string {
    const text = this.text(name)
    if (text === undefined) throw new Refusal('ValidationError', 400, `${name} is required`)
    return text
  }

  number(name: string): number | undefined {
    const text = this.text(name)
    return text === undefined ? undefined : Number(text)
  }

  /** `NAME.member.1`, `NAME.member.2` … */
  list(name: string): readonly string[] {
    return this.#numbered((index) => this.text(`${name}.member.${index}`))
  }

  /** `Targets.member.1.Id`, `Targets.member.1.Port` … */
  targets(): readonly { readonly id: string; readonly port?: number }[] {
    return this.#numbered((index) => {
      const id = this.text(`Targets.member.${index}.Id`)
      const port = this.number(`Targets.member.${index}.Port`)
      return id === undefined ? undefined : { id, ...(port === undefined ? {} : { port }) }
    })
  }

  #numbered<T>(read: (index: number) => T | undefined): readonly T[] {
    const all: T[] = []
    for (let index = 1; ; index += 1) {
      const one = read(index)
      if (one === undefined) return all
      all.push(one)
    }
  }
}
