type Entry = [session: number, line: number, input: string | [string, string | null]];

/** The content of an `execute_result`. */
export interface Result {
  execution_count: number;
  data: Record<string, unknown>;
}

/** What was run in this session, for `history_request`. */
export class History {
  private readonly entries: [line: number, input: string][] = [];
  private readonly results = new Map<number, string>();

  add(line: number, input: string): void {
    this.entries.push([line, input]);
  }

  result({ execution_count, data }: Result): void {
    this.results.set(execution_count, String(data['text/plain']));
  }

  /** Entries by `hist_access_type`: `tail`, `range`, `search`; with `output` each has its result as text, null if it had none. */
  select(content: Record<string, unknown>): Entry[] {
    const number = (name: string, otherwise: number) => {
      const value = content[name];
      return typeof value === 'number' ? value : otherwise;
    };
    const last = <T>(list: T[], n: number) => (n > 0 ? list.slice(-n) : []);
    let found = this.entries;
    switch (content.hist_access_type) {
      case 'tail':
        found = last(found, number('n', Infinity));
        break;
      case 'range':
        if (![undefined, 0, 1].includes(content.session as number | undefined)) return []; // only this one is kept
        found = found.filter(([line]) => line >= number('start', 0) && line < number('stop', Infinity));
        break;
      case 'search': {
        const pattern = wildcards(typeof content.pattern === 'string' ? content.pattern : '*');
        found = found.filter(([, input]) => pattern.test(input));
        if (content.unique === true) found = found.filter(([, input], k) => found.findLastIndex((other) => other[1] === input) === k);
        found = last(found, number('n', Infinity));
        break;
      }
      default:
        return [];
    }
    return found.map(([line, input]) => [0, line, content.output === true ? [input, this.results.get(line) ?? null] : input]);
  }
}

/** `*` and `?` of a shell as a regular expression. */
function wildcards(pattern: string): RegExp {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '[^]*').replace(/\?/g, '[^]');
  return new RegExp(`^${escaped}$`);
}
