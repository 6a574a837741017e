import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { findings } from './axe';
import { Screens } from './browser';

let screens: Screens;
beforeAll(async () => {
  screens = await Screens.open();
});
afterAll(async () => screens.close());

const click = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).first().click();
const tab = (page: Page, name: string) => page.getByRole('tab', { name: new RegExp(`^${name}`, 'u') }).click();

/** The window anew, on a backend of this shape. */
async function shaped(page: Page, shape: string) {
  await page.goto(`${page.url().split('?')[0] ?? ''}?shape=${shape}`);
  await page.locator('[data-item]').first().waitFor();
}

async function preview(page: Page) {
  await click(page, 'Checklists');
  await click(page, /^Deployment Checklist for Bakhmach/u);
  await page.getByText('Your file is not changed').waitFor();
}

/** Every screen beside Map, List and Inspector, and how a person gets there from a fresh start. */
const VIEWS: Record<string, (page: Page) => Promise<void>> = {
  Welcome: async (page) => {
    await click(page, 'Settings');
    await click(page, 'Show the welcome again');
    await page.getByText('See a signed run').waitFor();
  },
  Checklists: async (page) => {
    await click(page, 'Checklists');
    await page.getByText('Ready to start from').waitFor();
  },
  'Preview of a checklist': preview,
  'An item of a preview': async (page) => {
    await preview(page);
    await page.locator('[data-item]').first().click();
    await page.getByRole('region', { name: /^Item 1\.1\.1/u }).waitFor();
  },
  'New run': async (page) => {
    await preview(page);
    await click(page, 'Start a run');
    await page.getByLabel('Name of the run').waitFor();
    for (const name of ['Sign-off', 'Stages', 'More']) await click(page, name);
  },
  'Choosing a time': async (page) => {
    await preview(page);
    await click(page, 'Start a run');
    await click(page, 'Show a calendar');
    await page.getByRole('application').first().waitFor();
  },
  'Sign-off': async (page) => {
    await tab(page, 'Sign-off');
    await page.getByRole('article', { name: 'Product Owner' }).waitFor();
  },
  Acceptance: async (page) => {
    await tab(page, 'Sign-off');
    await tab(page, 'Acceptance');
    await page.getByText(/items of all stages/u).waitFor();
  },
  'Sign dialog': async (page) => {
    await tab(page, 'Sign-off');
    await click(page, 'Sign as Product Owner');
    await page.getByRole('radio', { name: 'Approve with conditions' }).click();
    await page.getByLabel('Condition 1').waitFor();
  },
  'Roles of a point': async (page) => {
    await tab(page, 'Sign-off');
    await click(page, 'Roles');
    await page.getByRole('dialog').waitFor();
  },
  'Rollback, dormant': async (page) => {
    await click(page, /^Hamsaya 1\.8\.0|Hamsaya.*1\.8\.0/u);
    await tab(page, 'Rollback');
    await page.getByText('Placeholders').waitFor();
  },
  'Rollback, active': async (page) => {
    await page.keyboard.press('r');
    await page.getByText('Dormant').waitFor();
    await page.keyboard.press('r');
    await page.getByLabel('Why').fill('Error rate over 5 %');
    await page.getByRole('dialog').getByRole('button', { name: 'Activate the rollback' }).click();
    await page.getByRole('timer').waitFor();
  },
  History: async (page) => {
    await tab(page, 'History');
    await page.getByLabel('Search the history').waitFor();
    await page.getByRole('listitem').first().waitFor();
  },
  Compare: async (page) => {
    await tab(page, 'Compare');
    await page.getByRole('region', { name: /^Regressed/u }).waitFor();
  },
  'A watch in List and Inspector': async (page) => {
    await page.getByLabel(/No error spikes in logs/u).click();
    await page.getByRole('img', { name: /limit 0\.1/u }).waitFor();
  },
  'Queue of probes': async (page) => {
    await shaped(page, 'slow');
    await page.keyboard.press('p');
    await page.getByRole('button', { name: /^Approve and run/u }).click();
    await click(page, 'Queue');
    await page.getByRole('region', { name: 'Queue of probes' }).getByRole('listitem').first().waitFor();
  },
  'Carry forward': async (page) => {
    await shaped(page, 'carry');
    await click(page, 'Look what can be carried');
    await click(page, /may not be carried/u);
    await page.getByRole('list', { name: 'May not be carried' }).waitFor();
  },
  Report: async (page) => {
    await tab(page, 'Report');
    await page.getByRole('img', { name: 'Page 1 of 4' }).waitFor();
  },
  Environments: async (page) => {
    await click(page, 'Environments');
    await page.getByLabel('Value of API_URL').first().waitFor();
  },
  'Value of a secret': async (page) => {
    await click(page, 'Environments');
    await click(page, 'Change…');
    await page.getByRole('dialog').waitFor();
  },
  People: async (page) => {
    await click(page, 'People');
    await page.getByRole('article', { name: /Oksana/u }).waitFor();
  },
  'A person': async (page) => {
    await click(page, 'People');
    await click(page, 'Add a person');
    await page.getByRole('dialog').waitFor();
  },
  Settings: async (page) => {
    await click(page, 'Settings');
    await page.getByText('Where things are').waitFor();
  },
  'Approval of probes': async (page) => {
    await click(page, 'Run probes');
    await page.getByRole('dialog').waitFor();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /1\.1\.1 All tests/u })
      .click();
  },
  'Probes under way': async (page) => {
    await click(page, 'Run probes');
    await click(page, /^Approve and run/u);
    await page.getByRole('progressbar').waitFor();
  },
  'Adopting a file': async (page) => {
    await click(page, 'More for this run');
    await page.getByRole('menuitem', { name: 'Adopt another file…' }).click();
    await page.getByRole('dialog', { name: /^A new version of/u }).waitFor();
  },
  'Editing a probe': async (page) => {
    await page.getByLabel(/p99 latency/u).click();
    await click(page, 'Edit probe');
    await page.getByText('What it would do').waitFor();
  },
  'Adding a probe': async (page) => {
    await page.locator('[data-item]').nth(5).click();
    await click(page, 'Add a probe…');
    await page.getByRole('dialog', { name: 'Add a probe' }).waitFor();
  },
  'About a run': async (page) => {
    await page.keyboard.press('i');
    await page.getByRole('dialog').waitFor();
  },
};

describe.each(['light', 'dark'] as const)('axe, %s', (theme) => {
  test.each(Object.keys(VIEWS))('%s', async (name) => {
    const page = await screens.page({ theme });
    await page.locator('[data-item]').first().waitFor();
    await VIEWS[name]?.(page);
    expect(await findings(page)).toEqual([]);
    await page.close();
  });
});

test('no screen scrolls sideways at 900×600', async () => {
  const page = await screens.page({ width: 900, height: 600 });
  for (const [name, go] of Object.entries(VIEWS)) {
    await page.reload();
    await page.locator('[data-item]').first().waitFor();
    await go(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth), name).toBe(900);
  }
  await page.close();
});

test('very long names stay within their places, at 900×600 too', async () => {
  for (const width of [900, 1280]) {
    const page = await screens.page({ width, height: 600, shape: 'awkward' });
    await page.locator('[data-item]').first().waitFor();
    for (const name of ['Map', 'List', 'Sign-off', 'History']) {
      await tab(page, name);
      await page.getByRole('tab', { name: new RegExp(`^${name}`, 'u'), selected: true }).waitFor();
      expect(await page.evaluate(() => document.documentElement.scrollWidth), name).toBe(width);
      const boxes = await page.evaluate(() =>
        ['header h1', 'header .where', 'header .do'].map((css) => {
          const { left, right, top, bottom } = document.querySelector(css)?.getBoundingClientRect() ?? new DOMRect();
          return { left, right, top, bottom };
        }),
      );
      const [title, where, buttons] = boxes as [DOMRect, DOMRect, DOMRect];
      expect(title.right, name).toBeLessThanOrEqual(buttons.left);
      expect(where.top, name).toBeGreaterThanOrEqual(title.bottom);
      expect(buttons.right, name).toBeLessThanOrEqual(width);
    }
    await click(page, 'Environments');
    await page.getByLabel(/^Value of WARENWIRTSCHAFT_SERVICE_40/u).waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    await page.close();
  }
});

test('at twice the text size nothing is cut off: a window of 1280×800 then has room for 640×400', async () => {
  const page = await screens.page({ width: 640, height: 400 });
  await page.locator('[data-item]').first().waitFor();
  for (const name of ['Countersign', 'Export', 'More for this run', 'Run probes', 'Settings']) {
    const box = await page.getByRole('button', { name }).first().boundingBox();
    expect(box && box.x >= 0 && box.x + box.width <= 640, name).toBe(true);
  }
  await page.keyboard.press('2');
  await page.locator('[data-row]').first().click();
  const inspector = page.getByRole('complementary', { name: 'Item 1.1.1' });
  await inspector.waitFor();
  const place = await inspector.boundingBox();
  expect(place && place.x + place.width <= 640 && place.width >= 300).toBe(true);
  await tab(page, 'Sign-off');
  await click(page, 'Sign as Product Owner');
  const dialog = page.getByRole('dialog');
  await dialog.getByText('Still in the way').waitFor();
  const body = dialog.locator('.body');
  expect(await body.evaluate((element) => element.scrollWidth - element.clientWidth)).toBe(0);
  expect(await findings(page)).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(640);
  await page.close();
});

test('a run is started from a checklist by keyboard, and opens on its Map', async () => {
  const page = await screens.page();
  await page.locator('[data-item]').first().waitFor();
  await preview(page);
  await page.locator('h1').click();
  await page.keyboard.press('Enter');
  await page.getByLabel('Name of the run').fill('Hub 2.5.0');
  await page.keyboard.press('Control+Enter');
  await page.getByRole('heading', { name: /^Hub/u }).waitFor();
  await page.getByRole('tab', { name: 'Map', selected: true }).waitFor();
  await page.close();
});

test('roles are picked from the contacts where the checklist names none, and a zone by any part of its name', async () => {
  const page = await screens.page();
  await page.locator('[data-item]').first().waitFor();
  await click(page, 'Checklists');
  await click(page, /^Start a run from Hamsaya/u);
  await click(page, 'Backend Lead');
  await click(page, 'DevOps Lead');
  await page.getByRole('button', { name: 'Remove DevOps Lead' }).waitFor();
  await page.getByLabel('Time zone of the deployment').fill('kolk');
  await page.getByRole('option', { name: 'Asia/Kolkata' }).click();
  expect(await page.getByLabel('Time zone of the deployment').inputValue()).toBe('Asia/Kolkata');
  await page.close();
});

test('what changes state or puts load is never chosen by itself', async () => {
  const page = await screens.page();
  await page.getByLabel(/p99 latency/u).click();
  await page.getByRole('button', { name: 'Run again' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('Asked each time').waitFor();
  expect(await dialog.getByRole('checkbox').isChecked()).toBe(false);
  expect(await dialog.getByRole('button', { name: /^Approve and run/u }).isDisabled()).toBe(true);
  // Production-looking hosts are typed once more, and only then can their load be chosen.
  expect(await dialog.getByRole('checkbox').isDisabled()).toBe(true);
  await dialog.getByLabel('Type the host once more').fill('api.bakhmach.com');
  await dialog.getByRole('checkbox').check();
  expect(await dialog.getByRole('button', { name: 'Approve and run 1' }).isEnabled()).toBe(true);
  await page.close();
});

test('what keeps a point from being approved is shown in the List, the worst of it chosen', async () => {
  const page = await screens.page();
  await page.locator('[data-item]').first().waitFor();
  await tab(page, 'Sign-off');
  await page.getByRole('alert').getByRole('button', { name: 'Show' }).click();
  await page.getByRole('button', { name: /^Open/u, pressed: true }).waitFor();
  await page.getByRole('complementary', { name: 'Item 3.1.5' }).waitFor();
  await page.close();
});

test('a duplicated environment has the variables and none of the secrets’ values', async () => {
  const page = await screens.page();
  await page.locator('[data-item]').first().waitFor();
  await click(page, 'Environments');
  await click(page, 'More for production');
  await page.getByRole('menuitem', { name: 'Duplicate…' }).click();
  await page.getByLabel('Name', { exact: true }).fill('preview');
  await page.getByRole('dialog').getByRole('button', { name: 'Duplicate' }).click();
  const card = page.getByRole('region', { name: 'preview' });
  await card.getByText('not set').waitFor();
  expect(await card.getByLabel('Value of API_HOST').inputValue()).toBe('api.bakhmach.com');
  await page.close();
});

test('no page complained', () => {
  expect(screens.complaints).toEqual([]);
});
