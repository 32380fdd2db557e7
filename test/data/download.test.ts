import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { download, type Source } from '../../src/data';
import { downloadSource } from '../../src/data/download';
import { transfer } from '../../src/data/transfer';
import { key, uniform } from '../../src/random';
import { tarFile } from './tar-file';

const CONTENTS = Uint8Array.from(uniform(key(1), 300_000, { max: 256 }));
const FILE = gzipSync(CONTENTS);
const HALF = Math.floor(FILE.length / 2);

const sourceAt = (...addresses: string[]): Source => ({
  title: 'test',
  terms: 'none',
  addresses,
  files: [{ file: 'set.gz', bytes: CONTENTS.length, accepted: [{ sha256: createHash('sha256').update(CONTENTS).digest('hex'), what: 'official' }] }],
});

/** A folder for each test. */
let folder: string;

/** Drops the connection when the bytes before `end` are written: sooner, the drop may overtake some. */
async function drop(response: ServerResponse, end: number): Promise<void> {
  const written = () => Math.max(0, ...readdirSync(folder).map((name) => statSync(join(folder, name)).size));
  for (let tries = 0; written() < end && tries < 1000; tries++) await setTimeout(20);
  response.destroy();
}

/** Serves the file with Range, If-Range and an ETag, as the real addresses do, cut off before byte `end`. */
function serve(request: IncomingMessage, response: ServerResponse, { end = FILE.length, tag = '"1"', body = FILE } = {}): void {
  const { range, 'if-range': version } = request.headers;
  const from = range && (version ?? tag) === tag ? Number(/^bytes=(\d+)-$/.exec(range)![1]) : 0;
  response.writeHead(from > 0 ? 206 : 200, {
    etag: tag,
    'content-length': body.length - from,
    ...(from > 0 && { 'content-range': `bytes ${from}-${body.length - 1}/${body.length}` }),
  });
  if (end >= body.length) response.end(body.subarray(from));
  else response.write(body.subarray(from, end), () => void drop(response, end));
}

describe('download', () => {
  const servers: Server[] = [];
  const requests: (string | undefined)[] = [];

  /** A server's address; each request's Range is kept in `requests`. */
  async function listen(answer: RequestListener): Promise<string> {
    const server = createServer((request, response) => {
      requests.push(request.headers.range);
      answer(request, response);
    });
    servers.push(server);
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  }

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'download-'));
    requests.length = 0;
  });
  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
    rmSync(folder, { recursive: true });
  });

  function assertDownloaded(): void {
    assert.deepEqual(readdirSync(folder), ['set.gz']);
    assert.ok(readFileSync(join(folder, 'set.gz')).equals(FILE));
  }

  it('fetches a file once', async () => {
    const source = sourceAt(await listen(serve));
    await downloadSource(source, folder);
    assertDownloaded();
    await downloadSource(source, folder);
    assert.deepEqual(requests, [undefined]);
  });

  it('fetches again what lies there but is corrupt', async () => {
    writeFileSync(join(folder, 'set.gz'), FILE.subarray(0, HALF));
    await downloadSource(sourceAt(await listen(serve)), folder);
    assertDownloaded();
  });

  it('goes on after a dropped connection', async () => {
    let calls = 0;
    await downloadSource(sourceAt(await listen((request, response) => serve(request, response, { end: ++calls === 1 ? HALF : undefined }))), folder);
    assertDownloaded();
    assert.deepEqual(requests, [undefined, `bytes=${HALF}-`]);
  });

  it('starts anew where the server ignores Range', async () => {
    let calls = 0;
    const address = await listen((request, response) => {
      delete request.headers.range;
      serve(request, response, { end: ++calls === 1 ? HALF : undefined });
    });
    await downloadSource(sourceAt(address), folder);
    assertDownloaded();
    assert.equal(requests[1], `bytes=${HALF}-`);
  });

  it('starts anew where the file has changed meanwhile', async () => {
    let calls = 0;
    const old = FILE.map((byte) => byte ^ 1);
    const address = await listen((request, response) => (++calls === 1 ? serve(request, response, { end: HALF, tag: '"0"', body: Buffer.from(old) }) : serve(request, response)));
    await downloadSource(sourceAt(address), folder);
    assertDownloaded();
    assert.equal(requests.length, 2);
  });

  it('starts anew where the partial file is longer than the whole one', async () => {
    const address = await listen((request, response) => (request.headers.range ? response.writeHead(416).end() : serve(request, response)));
    writeFileSync(join(folder, 'set.gz.part'), Buffer.concat([FILE, FILE]));
    writeFileSync(join(folder, 'set.gz.part.origin'), JSON.stringify({ address: `${address}set.gz`, version: '"1"' }));
    await downloadSource(sourceAt(address), folder);
    assertDownloaded();
  });

  it('does not continue one address\'s part from another', async () => {
    const missing = await listen((_, response) => response.writeHead(404).end());
    writeFileSync(join(folder, 'set.gz.part'), 'something else');
    writeFileSync(join(folder, 'set.gz.part.origin'), JSON.stringify({ address: `${missing}set.gz`, version: '"1"' }));
    await downloadSource(sourceAt(await listen(serve)), folder);
    assertDownloaded();
    assert.deepEqual(requests, [undefined]);
  });

  it('tries the next address, and tells what each one answered if none serves', async () => {
    const missing = await listen((_, response) => response.writeHead(404).end());
    const wrong = await listen((_, response) => response.end('<html>sign in first</html>'));
    await downloadSource(sourceAt(missing, wrong, await listen(serve)), folder);
    assertDownloaded();
    rmSync(join(folder, 'set.gz'));
    await assert.rejects(downloadSource(sourceAt(missing, wrong), folder), (error: Error) => {
      assert.match(error.message, /one address must serve set\.gz, but none did/);
      assert.ok(error.message.includes(`${missing}set.gz: HTTP 404 Not Found`));
      assert.ok(error.message.includes(`${wrong}set.gz: the file there is truncated: 26 of 300000 bytes; removed`));
      return true;
    });
    assert.deepEqual(readdirSync(folder), []);
  });

  it('gives up on a server that brings nothing new, and keeps what came', async () => {
    const address = await listen((request, response) => serve(request, response, { end: HALF }));
    await assert.rejects(transfer(address, join(folder, 'part'), () => {}, 1), /./);
    assert.equal(requests.length, 5);
    assert.equal(statSync(join(folder, 'part')).size, HALF);
  });

  it('reports how far it is, also after a drop', async () => {
    let calls = 0;
    const reports: [number, number?][] = [];
    const address = await listen((request, response) => serve(request, response, { end: ++calls === 1 ? HALF : undefined }));
    await transfer(address, join(folder, 'part'), (...report) => reports.push(report), 1);
    assert.ok(reports.every(([done, total], i) => total === FILE.length && (i === 0 || done > reports[i - 1][0])));
    assert.equal(reports.at(-1)![0], FILE.length);
  });

  it('goes on after the process was killed', async () => {
    let stalled = true;
    const address = await listen((request, response) => {
      if (!stalled) return serve(request, response);
      response.writeHead(200, { etag: '"1"', 'content-length': FILE.length });
      response.write(FILE.subarray(0, HALF));
    });
    const part = join(folder, 'set.gz.part');
    const program = `require(${JSON.stringify(resolve(__dirname, '../../src/data/download'))}).downloadSource(${JSON.stringify(sourceAt(address))}, ${JSON.stringify(folder)})`;
    const child = spawn(process.execPath, ['--require', 'tsx/cjs', '--eval', program], { cwd: resolve(__dirname, '../..'), stdio: 'inherit' });
    while (!existsSync(part) || statSync(part).size < HALF) {
      assert.equal(child.exitCode, null);
      await setTimeout(20);
    }
    child.kill('SIGKILL');
    await new Promise((ended) => child.once('exit', ended));
    assert.ok(!existsSync(join(folder, 'set.gz')));
    stalled = false;
    await downloadSource(sourceAt(address), folder);
    assertDownloaded();
    assert.deepEqual(requests, [undefined, `bytes=${HALF}-`]);
  });

  describe('of an archive', () => {
    const NAMES = ['set/first.bin', 'set/second.bin'];
    const PARTS = [CONTENTS.subarray(0, 200_000), CONTENTS.subarray(200_000)];
    const archiveOf = (...parts: Uint8Array[]) => gzipSync(tarFile({ 'set/readme.html': Buffer.from('about'), '../evil.bin': PARTS[0], ...Object.fromEntries(parts.map((part, i) => [NAMES[i], part])) }));
    const ARCHIVE = archiveOf(...PARTS);
    const accepted = (bytes: Uint8Array) => [{ sha256: createHash('sha256').update(bytes).digest('hex'), what: 'official' }];
    const at = (...addresses: string[]): Source => ({ ...sourceAt(...addresses), archive: 'set.tar.gz', files: PARTS.map((part, i) => ({ file: NAMES[i], bytes: part.length, accepted: accepted(part) })) });
    const serveArchive = (options?: { end: number }): RequestListener => (request, response) => serve(request, response, { end: ARCHIVE.length, ...options, body: ARCHIVE });

    /** The files alone lie in the folder: neither what else the archive holds, nor the archive. */
    function assertUnpacked(): void {
      assert.deepEqual(readdirSync(folder, { recursive: true }).sort(), ['set', ...NAMES]);
      PARTS.forEach((part, i) => assert.ok(readFileSync(join(folder, NAMES[i])).equals(part)));
    }

    it('unpacks its files once', async () => {
      const source = at(await listen(serveArchive()));
      await downloadSource(source, folder);
      assertUnpacked();
      await downloadSource(source, folder);
      assert.deepEqual(requests, [undefined]);
    });

    it('goes on after a dropped connection', async () => {
      let calls = 0;
      const end = ARCHIVE.length >> 1;
      await downloadSource(at(await listen((request, response) => serveArchive(++calls === 1 ? { end } : undefined)(request, response))), folder);
      assertUnpacked();
      assert.deepEqual(requests, [undefined, `bytes=${end}-`]);
    });

    it('fetches it again where one of its files is missing or corrupt', async () => {
      const source = at(await listen(serveArchive()));
      await downloadSource(source, folder);
      rmSync(join(folder, NAMES[0]));
      await downloadSource(source, folder);
      assertUnpacked();
      writeFileSync(join(folder, NAMES[1]), 'something else');
      await downloadSource(source, folder);
      assertUnpacked();
      assert.equal(requests.length, 3);
    });

    it('tries the next address where a file in it is wrong or missing, or it is none; says so, and writes nothing', async () => {
      const wrong = await Promise.all(
        [archiveOf(PARTS[0], PARTS[0]), archiveOf(PARTS[0]), ARCHIVE.subarray(0, 1000), Buffer.from('<html>sign in first</html>')].map((body) => listen((_, response) => response.end(body))),
      );
      await assert.rejects(downloadSource(at(...wrong), folder), (error: Error) => {
        const [, ...lines] = error.message.split('\n');
        [/holds set\/second\.bin, which is too long: 200000 bytes/, /must hold set\/second\.bin, and does not; removed/, /is truncated: its gzip stream ends early/, /must hold set\/first\.bin/].forEach((what, i) => {
          assert.ok(lines[i].includes(`${wrong[i]}set.tar.gz: the file there `));
          assert.match(lines[i], what);
        });
        return true;
      });
      assert.deepEqual(readdirSync(folder), []);
      await downloadSource(at(...wrong, await listen(serveArchive())), folder);
      assertUnpacked();
    });
  });

  it('says where a file must be put by hand', async () => {
    await assert.rejects(downloadSource(sourceAt(), folder), /no address of set\.gz is known; .*Put it into .* by hand/);
    writeFileSync(join(folder, 'set.gz'), FILE);
    await downloadSource(sourceAt(), folder);
  });

  it('knows its sets', async () => {
    await assert.rejects(download('toString'), /download: the set must be one of mnist, cifar10, squeezenet-deep-compression, lenet-caffe, got toString/);
  });
});
