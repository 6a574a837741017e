import { afterAll, beforeAll, expect, test } from 'vitest';
import { Screens } from './browser';

let screens: Screens;
beforeAll(async () => {
  screens = await Screens.open();
});
afterAll(async () => screens.close());

test('the keyboard alone: from the Map to an item, a tick, its undo, and back', async () => {
  const page = await screens.page();
  await page.locator('[data-item]').first().waitFor();
  await page.keyboard.press('2');
  await page.keyboard.press('/');
  await page.keyboard.type('announce planned');
  await page.keyboard.press('Enter');
  const row = page.locator('[data-row]', { hasText: 'Announce planned maintenance' });
  expect(await row.evaluate((element) => element === document.activeElement)).toBe(true);

  await page.keyboard.press(' ');
  await page.getByRole('button', { name: 'Undo' }).waitFor();
  await expect(page.getByLabel(/^Open again: .*Announce planned/u).count()).resolves.toBe(1);

  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByLabel(/^Mark done: .*Announce planned/u).waitFor();
  await page.close();
});

test('arrows move between tiles of the Map and Enter opens the item', async () => {
  const page = await screens.page();
  await page.locator('[data-item]').first().focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowDown');
  const name = await page.evaluate(() => document.activeElement?.getAttribute('aria-label'));
  expect(name).toMatch(/^1\.2\.2 /u);
  await page.keyboard.press('Enter');
  await page.getByRole('complementary', { name: 'Item 1.2.2' }).waitFor();
  await page.close();
});

test('a waiver needs a reason, and waits for another person', async () => {
  const page = await screens.page();
  await page.getByLabel(/p99 latency/u).click();
  await page.getByRole('button', { name: 'Ask waiver' }).click();
  const ask = page.getByRole('button', { name: 'Ask for the waiver' });
  expect(await ask.isDisabled()).toBe(true);
  await page.getByLabel('Reason').fill('The fix is in review');
  await ask.click();
  await page.getByText('Waiver waits for acceptance').waitFor();
  await page.getByText('Another person than the proposer accepts it.').waitFor();
  await page.close();
});

test('a row of ten thousand is reached by search and by scrolling, and few rows are in the document', async () => {
  const page = await screens.page({ shape: 'items-10000' });
  await page.locator('[data-item]').first().waitFor();
  await page.keyboard.press('2');
  await page.locator('[data-row]').first().waitFor();
  await page.locator('.viewport').evaluate((element) => (element.scrollTop = element.scrollHeight));
  await page.locator('[data-row]', { hasText: '10000' }).waitFor();
  expect(await page.locator('[data-row]').count()).toBeLessThan(80);
  await page.close();
});

test('nothing runs before it was shown and approved; then the Map fills in live', async () => {
  const page = await screens.page();
  const item = page.getByLabel(/^2\.1\.3 Backup taken before migration: Stale/u);
  await item.waitFor();
  await page.keyboard.press('p');
  const dialog = page.getByRole('dialog');
  await dialog.getByText('2.1.3 Backup taken before migration').waitFor();
  await expect(item.count()).resolves.toBe(1);

  await dialog.getByRole('button', { name: /^Approve and run/u }).click();
  await page.getByLabel(/^2\.1\.3 Backup taken before migration: Verified by probe/u).waitFor();
  await page.getByText(/^Probes finished/u).waitFor();
  await page.close();
});

test('a picture pasted into the Inspector becomes evidence', async () => {
  const page = await screens.page();
  await page.getByLabel(/^8\.1\.1 /u).click();
  const inspector = page.getByRole('complementary', { name: 'Item 8.1.1' });
  await inspector.getByText('Drop files here, or paste a picture.').waitFor();
  await page.evaluate(() => {
    const clipboardData = new DataTransfer();
    clipboardData.items.add(new File([new Uint8Array([137, 80, 78, 71])], 'maintenance.png', { type: 'image/png' }));
    window.dispatchEvent(new ClipboardEvent('paste', { clipboardData }));
  });
  await inspector.getByText('maintenance.png').first().waitFor();
  await inspector.getByRole('button', { name: /^maintenance\.png/u }).click();
  await page.getByRole('img', { name: 'Evidence maintenance.png' }).waitFor();
  await page.close();
});

test('a note that was begun waits while another item is looked at, and goes to no other item', async () => {
  const page = await screens.page();
  await page.getByLabel(/^8\.1\.1 /u).click();
  await page.getByRole('button', { name: 'Write a note' }).click();
  await page.getByLabel('Note in Markdown').fill('Window is agreed with support');
  await page.locator('[data-row]', { hasText: 'Set expected duration' }).click();
  await page.getByRole('complementary', { name: 'Item 8.1.2' }).waitFor();
  expect(await page.getByLabel('Note in Markdown').count()).toBe(0);

  await page.locator('[data-row]', { hasText: 'Announce planned maintenance' }).click();
  await page.getByRole('button', { name: 'Add the note' }).click();
  await page.getByRole('complementary', { name: 'Item 8.1.1' }).getByText('Window is agreed with support').waitFor();
  await page.close();
});

test('the List is found as it was left after a look at the Map, and a result does not move it', async () => {
  const page = await screens.page();
  await page.locator('[data-item]').first().waitFor();
  await page.keyboard.press('2');
  await page.locator('[data-row]').first().click();
  await page.getByRole('complementary', { name: 'Item 1.1.1' }).waitFor();
  const viewport = page.locator('.viewport');
  const scrolled = () => viewport.evaluate((element) => element.scrollTop);
  await viewport.evaluate((element) => (element.scrollTop = 1200));
  await page.locator('[data-row]', { hasText: 'Blue-green' }).waitFor();
  await page.keyboard.press('1');
  await page.getByRole('group', { name: 'Map of the checklist' }).waitFor();
  await page.keyboard.press('2');
  await page.locator('[data-row]', { hasText: 'Blue-green' }).waitFor();
  expect(await scrolled()).toBe(1200);

  await page.keyboard.press('p');
  await page.getByRole('button', { name: /^Approve and run/u }).click();
  await page.getByText(/^Probes finished/u).waitFor();
  expect(await scrolled()).toBe(1200);

  // A filter that hides what was asked for gives way to it.
  await page.getByRole('button', { name: /^Failing/u }).click();
  await page.keyboard.press('1');
  await page.getByLabel(/^1\.1\.1 /u).click();
  await page.locator('[data-row]', { hasText: '1.1.1' }).first().waitFor();
  await page.getByRole('button', { name: /^All/u, pressed: true }).waitFor();
  expect(await scrolled()).toBeLessThan(100);
  await page.close();
});

test('under a filter, what was ticked stays where it is until the filter is chosen again', async () => {
  const page = await screens.page();
  await page.locator('[data-item]').first().waitFor();
  await page.keyboard.press('2');
  const open = page.getByRole('group', { name: 'Show' }).getByRole('button', { name: /^Open/u });
  await open.click();
  const rows = page.locator('[data-row]');
  await rows.first().waitFor();
  const first = await rows.first().getAttribute('data-row');
  await rows.first().click();
  await page.keyboard.press(' ');
  await page
    .getByText(/ done$/u)
    .first()
    .waitFor();
  expect(await rows.first().getAttribute('data-row')).toBe(first);
  await open.click();
  await page.locator(`[data-row="${first}"]`).waitFor({ state: 'detached' });
  await page.close();
});

test('a day at the keyboard: begin, fail with a reason, undo twice; the focus comes back to the row each time', async () => {
  const page = await screens.page();
  await page.locator('[data-item]').first().waitFor();
  await page.keyboard.press('2');
  await page.keyboard.press('/');
  await page.keyboard.type('announce planned');
  await page.keyboard.press('Enter');
  const row = page.locator('[data-row]', { hasText: 'Announce planned maintenance' });
  const focused = () => row.evaluate((element) => element === document.activeElement);
  await page.keyboard.press('g');
  await row.getByText('In progress').waitFor();
  await page.keyboard.press('f');
  await page.getByLabel('Reason').fill('The list of addresses is old');
  await page.keyboard.press('Control+Enter');
  await row.getByText('Failed').waitFor();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  expect(await focused()).toBe(true);

  await page.keyboard.press('Control+z');
  await row.getByText('In progress').waitFor();
  await page.keyboard.press('Control+z');
  await row.getByText('Open', { exact: true }).waitFor();

  await page.keyboard.press('b');
  await page.getByRole('dialog').waitFor();
  await page.keyboard.press('Tab');
  expect(await page.evaluate(() => document.activeElement?.closest('[role="dialog"]') !== null)).toBe(true);
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  expect(await focused()).toBe(true);

  await page.keyboard.press('m');
  await page.getByLabel('Note in Markdown').fill('Addresses are from May');
  await page.keyboard.press('Control+Enter');
  await page.getByText('Addresses are from May').first().waitFor();
  await page.close();
});

test('a section is given to a person and ticked at once, and what a probe found failing is left out', async () => {
  const page = await screens.page();
  await page.locator('[data-item]').first().waitFor();
  await page.keyboard.press('2');
  await page.getByLabel('Search items').fill('migrations');
  const more = page.getByRole('button', { name: 'All of Execution' });
  await more.click();
  await page.getByRole('menuitem', { name: 'Assign 5 items…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Assign 5 items' });
  await dialog.getByRole('button', { name: 'Iryna Melnyk' }).click();
  await dialog.getByRole('button', { name: 'Assign', exact: true }).click();
  await page.getByText('5 items given to Iryna Melnyk').waitFor();
  await more.click();
  await page.getByRole('menuitem', { name: 'Mark 3 open items done' }).click();
  await page.getByText('3 items done').waitFor();
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByText('2 of 5').first().waitFor();
  await page.close();
});
