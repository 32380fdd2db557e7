import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fences, page, pages, root } from './documents';

const read = (path: string) => readFileSync(join(root, path), 'utf8');
const json = (path: string) => JSON.parse(read(path)) as unknown;
const manifest = json('package.json') as { scripts: object; allowScripts: object; version: string; dependencies: object; devDependencies: object };

/** Every text of a group, once. */
const found = (text: string, pattern: RegExp) => [...new Set([...text.matchAll(pattern)].map(([, group]) => group))];

describe('pages', () => {
  it('begin with the two commands, which .ci/run runs word for word', () => {
    const [first, second] = fences(page('README.md')).map(({ code }) => code.trim());
    assert.deepEqual([first, second], ['npm ci && npm start', 'npm ci && npm test']);
    assert.ok(read('.ci/run').includes(`'${second}'`));
  });

  it('name only commands and files that exist', () => {
    for (const { name, text } of pages) {
      for (const script of found(text, /npm run ([\w:]+)/g)) assert.ok(script in manifest.scripts, `${name}: there is no npm run ${script}`);
      for (const link of found(text, /\]\((?!https?:)([^)#]+)/g)) assert.ok(existsSync(join(root, dirname(name), link)), `${name}: there is no ${link}`);
      for (const file of found(text, /`((?:src|test|kernel|trials|bench|bin|docs|notebooks)\/[\w./-]+\.\w+)`/g)) assert.ok(existsSync(join(root, file)), `${name}: there is no ${file}`);
    }
  });

  it('say why each dependency is there, and what each variable means', () => {
    const { text } = page('environment.md');
    const missing = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }).filter((dependency) => !text.includes(`\`${dependency}\``));
    assert.deepEqual(missing, []);
    const sources = ['src', 'kernel'].flatMap((folder) => readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).filter((name) => /\.c?[jt]s$/.test(name)).map((name) => read(join(folder, name))));
    const variables = found(sources.join('\n'), /(SQUEEZELAB_[A-Z]+)/g).sort();
    assert.deepEqual(found(text, /^\| `(SQUEEZELAB_[A-Z]+)`/gm).sort(), variables);
  });

  it('are right that the registry alone is needed, and no install script', () => {
    const { packages } = json('package-lock.json') as { packages: Record<string, { resolved?: string; link?: boolean; hasInstallScript?: boolean }> };
    // Without addresses the lock file holds for whatever registry npm is set to (.npmrc leaves them out).
    const addresses = Object.values(packages).filter(({ resolved, link }) => resolved && !link);
    assert.deepEqual(addresses, []);
    const scripted = Object.keys(packages).filter((path) => packages[path].hasInstallScript).map((path) => path.split('node_modules/').at(-1)!);
    assert.deepEqual(Object.keys(manifest.allowScripts).sort(), scripted.sort());
  });

  it('agree on the version', () => assert.match(read('CITATION.cff'), new RegExp(`^version: ${manifest.version}$`, 'm')));
});
