/** What a notebook shows for a value. */
export { mimeBundle } from './bundle';
export { contentOf, type MimeBundle } from './display';
