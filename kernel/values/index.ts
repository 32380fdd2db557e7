/** What a notebook shows for a value. */
export { mimeBundle } from './bundle';
export type { MimeBundle } from './display';
