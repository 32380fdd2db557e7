import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { chromium, type Browser, type Page } from 'playwright-core';
import { installKernel } from '../../src/lab/jupyter';
import { writeNotebook, type Notebook } from '../../src/lab/notebook';

const runs = (command: string) => spawnSync(command, ['--version']).status === 0;
/** Debian's own first: a python that comes earlier in PATH may lack Jupyter. */
const jupyter = ['/usr/bin/jupyter-notebook', 'jupyter-notebook'].find(runs);
const executablePath = ['/usr/bin/chromium', '/usr/bin/google-chrome'].find(runs);

/** What the tests in a browser lack on this machine. */
export const missing = [jupyter ? [] : ['jupyter-notebook'], executablePath ? [] : ['chromium']].flat();

/** How long a kernel may take to start and to run its first cell, and anything else, on a machine that is busy, in ms. */
export const starting = 30_000;
const soon = 10_000;

const view = { width: 1000, height: 1000 };

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

/**
 * A notebook with our kernel, open in Jupyter's classic page in a browser without a window. Keys and clicks are a user's;
 * what is evaluated in the page is text, for tsx gives functions a helper that the page lacks.
 */
export class OpenNotebook {
  private constructor(
    private readonly folder: string,
    private readonly server: ChildProcess,
    private readonly browser: Browser,
    readonly page: Page,
  ) {}

  static async open(notebook: Notebook): Promise<OpenNotebook> {
    const folder = mkdtempSync(join(tmpdir(), 'browser-'));
    const own = (name: string) => join(folder, name);
    installKernel(own('share'));
    mkdirSync(own('notebooks'));
    writeNotebook(own('notebooks/open.ipynb'), notebook);

    const env = {
      ...process.env,
      HOME: folder,
      JUPYTER_PATH: own('share'),
      JUPYTER_DATA_DIR: own('data'),
      JUPYTER_RUNTIME_DIR: own('run'),
      JUPYTER_CONFIG_DIR: own('config'),
      IPYTHONDIR: own('ipython'),
    };
    const port = await freePort();
    const token = 'squeezelab';
    const place = ['--ip=127.0.0.1', `--port=${port}`, '--NotebookApp.port_retries=0', `--NotebookApp.token=${token}`];
    const options = ['--no-browser', '--allow-root', ...place, `--notebook-dir=${own('notebooks')}`];
    const server = spawn(jupyter!, options, { env, stdio: ['ignore', 'ignore', 'pipe'] });
    let log = '';
    server.stderr.on('data', (text: Buffer) => (log += text.toString()));

    const address = `http://127.0.0.1:${port}`;
    const [browser] = await Promise.all([
      chromium.launch({ executablePath, env, args: ['--no-sandbox'] }),
      (async () => {
        const answers = () => fetch(`${address}/api/status?token=${token}`).then(({ ok }) => ok, () => false);
        while (!(await answers())) {
          if (server.exitCode !== null) throw new Error(`jupyter-notebook ended: ${log}`);
          await sleep(100);
        }
      })(),
    ]);
    const page = await browser.newPage({ viewport: view });
    page.setDefaultTimeout(soon);
    await page.goto(`${address}/notebooks/open.ipynb?token=${token}`, { timeout: starting });
    const opened = new OpenNotebook(folder, server, browser, page);
    await opened.idle(starting);
    return opened;
  }

  async close(): Promise<void> {
    await this.browser.close();
    this.server.kill();
    await once(this.server, 'exit');
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** The notebook's file. */
  get file(): string {
    return join(this.folder, 'notebooks/open.ipynb');
  }

  /** Waits until an expression of the page is truthy. */
  async until(expression: string, timeout = soon): Promise<void> {
    await this.page.waitForFunction(expression, undefined, { polling: 50, timeout }).catch((error: unknown) => {
      throw new Error(`never true in the page: ${expression}`, { cause: error });
    });
  }

  /** Waits for a kernel that is ready for cells. */
  async idle(timeout = soon): Promise<void> {
    await this.until("window.Jupyter?.notebook?.kernel?.is_connected() && document.querySelector('.kernel_idle_icon') !== null", timeout);
  }

  /** The number of cells. */
  count(): Promise<number> {
    return this.page.locator('.cell').count();
  }

  /** The text that a person sees at a selector in cell `k`; empty where there is nothing. */
  async seen(k: number, selector = '.output'): Promise<string> {
    const parts = await this.page.locator('.cell').nth(k).locator(selector).allInnerTexts();
    return parts.map((part) => part.trim()).join('\n');
  }

  /** Waits for a text at a selector in cell `k`. */
  async sees(k: number, text: string, selector = '.output'): Promise<void> {
    await this.until(`document.querySelectorAll('.cell')[${k}].querySelector('${selector}')?.innerText.includes(${JSON.stringify(text)})`);
  }

  /** Types into the last cell in place of what it holds, and returns its position. */
  async type(source: string): Promise<number> {
    const k = (await this.count()) - 1;
    const { page } = this;
    await page.keyboard.press('Escape');
    await page.locator('.cell:last-child .CodeMirror').click();
    await page.keyboard.press('Control+a');
    await page.keyboard.insertText(source);
    return k;
  }

  /** Types a cell and starts it; the page opens the next one. */
  async start(source: string): Promise<number> {
    const k = await this.type(source);
    await this.page.keyboard.press('Shift+Enter');
    await this.until(`document.querySelectorAll('.cell').length > ${k + 1}`);
    return k;
  }

  /** Waits until cell `k` has run, as its number says. */
  async ran(k: number, timeout = soon): Promise<void> {
    await this.until(`/\\d/.test(document.querySelectorAll('.cell')[${k}].querySelector('.input_prompt').innerText)`, timeout);
    await this.idle();
  }

  /** Types a cell and runs it. */
  async run(source: string): Promise<number> {
    const k = await this.start(source);
    await this.ran(k);
    return k;
  }

  /** Clicks what a selector finds. */
  click(selector: string): Promise<void> {
    return this.page.locator(selector).click();
  }

  /** A picture in the folder that SQUEEZELAB_SCREENSHOTS names; none if it is unset. */
  async picture(name: string, whole = false): Promise<void> {
    const pictures = process.env.SQUEEZELAB_SCREENSHOTS;
    if (!pictures) return;
    mkdirSync(pictures, { recursive: true });
    const height = await this.page.evaluate<number>("document.querySelector('#notebook').scrollHeight");
    if (whole) await this.page.setViewportSize({ ...view, height: height + 200 });
    await this.page.screenshot({ path: `${pictures}/${name}.png` });
    if (whole) await this.page.setViewportSize(view);
  }
}
