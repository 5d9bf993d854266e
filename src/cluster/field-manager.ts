/** Whose fields are ours, for the API server. */
export const FIELD_MANAGER = 'slackwater'
