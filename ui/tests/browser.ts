import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import { serve } from './serve';

const CHROMIUM = [process.env['CHROMIUM'], '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** A browser over the built UI. `page` opens it as Tauri would: prototypes frozen, strict policy. */
export class Screens {
  /** What the pages complained about: errors, and breaches of the content security policy. */
  readonly complaints: string[] = [];

  private constructor(
    private readonly browser: Browser,
    private readonly address: string,
    private readonly stop: () => void,
  ) {}

  static async open(): Promise<Screens> {
    const executablePath = CHROMIUM.find((path) => path !== undefined && existsSync(path));
    if (!executablePath) throw new Error('No Chromium found. Install it, or set CHROMIUM to its path.');
    const { address, stop } = await serve(fileURLToPath(new URL('../dist-browser', import.meta.url)));
    const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
    return new Screens(browser, address, stop);
  }

  async page(look: { theme?: 'light' | 'dark'; width?: number; height?: number; shape?: string } = {}): Promise<Page> {
    const { theme = 'light', width = 1280, height = 800, shape = '' } = look;
    const page = await this.browser.newPage({
      viewport: { width, height },
      colorScheme: theme,
      reducedMotion: 'reduce',
    });
    page.setDefaultTimeout(20_000);
    page.on('pageerror', (error) => this.complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') this.complaints.push(message.text());
    });
    await page.addInitScript(() => Object.freeze(Object.prototype));
    await page.goto(`${this.address}?shape=${shape}`);
    return page;
  }

  async close() {
    await this.browser.close();
    this.stop();
  }
}
