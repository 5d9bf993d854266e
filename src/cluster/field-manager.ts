/** Slackwater's field manager name in `managedFields`. */
export const FIELD_MANAGER = 'slackwater'
