/** The fields of a line of a CSV file (RFC 4180): what holds the separator is in quotes, and a quote there is doubled. A field does not go over a line's end. */
export function csvFields(line: string, separator = ','): string[] {
  if (!line.includes('"')) return line.split(separator);
  const field = new RegExp(`(?:^|${separator})\\s*(?:"((?:[^"]|"")*)"\\s*(?=${separator}|$)|([^${separator}]*))`, 'g');
  return [...line.matchAll(field)].map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain);
}
