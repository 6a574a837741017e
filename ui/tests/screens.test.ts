import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { findings } from './axe';
import { Screens } from './browser';

let screens: Screens;
beforeAll(async () => {
  screens = await Screens.open();
});
afterAll(async () => screens.close());

/** Map, List, Inspector and what opens from them; `views.test.ts` has the other screens. */
const SCREENS: Record<string, (page: Page) => Promise<void>> = {
  Map: async (page) => {
    await page.locator('[data-item]').first().waitFor();
  },
  'Legend of the bar': async (page) => {
    await page.getByRole('button', { name: 'Legend of the bar' }).click();
  },
  List: async (page) => {
    await page.getByRole('tab', { name: 'List' }).click();
    await page.locator('[data-row]').first().waitFor();
  },
  'List by due date': async (page) => {
    await page.getByRole('tab', { name: 'List' }).click();
    await page.getByRole('button', { name: 'Order by due date' }).click();
  },
  'List with nothing found': async (page) => {
    await page.getByRole('tab', { name: 'List' }).click();
    await page.getByLabel('Search items').fill('no item has this');
    await page.getByText('No item has these words').waitFor();
  },
  Inspector: async (page) => {
    await page
      .locator('[data-item]', { hasText: '' })
      .and(page.getByLabel(/p99 latency/u))
      .click();
    await page.getByRole('complementary', { name: /^Item/u }).getByText('612').first().waitFor();
  },
  'Load that is asked about': async (page) => {
    await page.getByLabel(/p99 latency/u).click();
    await page.getByRole('button', { name: 'Run again', exact: true }).click();
    await page.getByLabel('Type the host once more').waitFor();
  },
  'Load, live': async (page) => {
    await page.getByLabel(/p99 latency/u).click();
    await page.getByRole('button', { name: 'Run again', exact: true }).click();
    await page.getByLabel('Type the host once more').fill('api.bakhmach.com');
    await page.getByRole('checkbox', { name: /p99 latency/u }).check();
    await page.getByRole('button', { name: /^Approve and run/u }).click();
    await page.getByRole('region', { name: 'Load, live' }).waitFor();
  },
  'Inspector of a certificate': async (page) => {
    await page.getByLabel(/SSL\/TLS certificates valid/u).click();
    await page.getByText('19 days left').last().waitFor();
  },
  'Reason of a status': async (page) => {
    await page.getByLabel(/p99 latency/u).click();
    await page.getByRole('button', { name: 'Ask waiver' }).click();
    await page.getByRole('dialog').waitFor();
  },
  'Menu of statuses': async (page) => {
    await page.getByLabel(/p99 latency/u).click();
    await page.getByRole('button', { name: 'Other statuses' }).click();
    await page.getByRole('menu').waitFor();
  },
  'Edit the run': async (page) => {
    await page.getByRole('button', { name: 'More for this run' }).click();
    await page.getByRole('menuitem', { name: 'Edit the run…' }).click();
    await page.getByRole('dialog').waitFor();
  },
  'Success criterion': async (page) => {
    await page.getByRole('button', { name: /Hamsaya 1.8/u }).click();
    await page.getByRole('button', { name: /Zero downtime/u }).click();
    await page.getByRole('dialog').waitFor();
  },
  Keys: async (page) => {
    await page.keyboard.press('?');
    await page.getByRole('dialog').waitFor();
  },
};

describe.each(['light', 'dark'] as const)('axe, %s', (theme) => {
  test.each(Object.keys(SCREENS))('%s', async (name) => {
    const page = await screens.page({ theme });
    await page.locator('[data-item]').first().waitFor();
    await SCREENS[name]?.(page);
    expect(await findings(page)).toEqual([]);
    await page.close();
  });
});

test.each(['light', 'dark'] as const)('axe finds nothing in any picture of a result, %s', async (theme) => {
  const page = await screens.page({ theme, shape: 'pictures' });
  await page.locator('[data-item]').first().waitFor();
  await page.keyboard.press('2');
  const rows = page.locator('[data-row]');
  await rows.first().waitFor();
  const found: string[] = [];
  for (const row of await rows.all()) {
    await row.click();
    const number = (await row.getAttribute('data-row')) ?? '';
    await page.locator(`[data-evidence-of="${number}"] .probe`).waitFor();
    await page.locator('.probe figure, .probe details, .probe dl, .probe .broken').first().waitFor();
    found.push(...(await findings(page)));
  }
  expect(found).toEqual([]);
  await page.close();
});

test('a window of 900×600 shows every part without scrolling sideways', async () => {
  const page = await screens.page({ width: 900, height: 600 });
  for (const name of ['Map', 'List', 'Inspector'] as const) {
    await page.reload();
    await page.locator('[data-item]').first().waitFor();
    await SCREENS[name]?.(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(900);
    await expect(page.getByRole('button', { name: 'Countersign' }).isVisible()).resolves.toBe(true);
  }
  await page.close();
});

test('no page complained', () => {
  expect(screens.complaints).toEqual([]);
});
