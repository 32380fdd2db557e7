/** A function that cannot become a program. */
export class TraceError extends Error {
  override name = 'TraceError';
}
