/** What the kernel says of itself. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../paths';
import { protocolVersion } from '../protocol';

const versionIn = (file: string) => (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
const typescript = versionIn(require.resolve('typescript/package.json'));

export const info = {
  status: 'ok',
  protocol_version: protocolVersion,
  implementation: 'squeezelab',
  implementation_version: versionIn(join(root, 'package.json')),
  language_info: {
    name: 'typescript',
    version: typescript,
    mimetype: 'text/typescript',
    file_extension: '.ts',
    pygments_lexer: 'typescript',
    codemirror_mode: { name: 'javascript', typescript: true },
    nbconvert_exporter: 'script',
  },
  banner: `TypeScript ${typescript} on Node ${process.versions.node}`,
  help_links: [],
  supported_features: [],
  debugger: false,
};
