import { beforeEach, describe, expect, test, vi } from 'vitest';
import { toasts } from '$shared/ui/toasts.svelte';
import type { Backend } from '$backend';
import { OpenRun } from './open-run.svelte';
import { overrides, statusing } from './statusing.svelte';

const { held } = vi.hoisted(() => ({ held: { backend: undefined as unknown } }));
vi.mock('$backend', async () => {
  const contract = await import('../backend/contract');
  return {
    problemOf: contract.problemOf,
    get backend() {
      return held.backend;
    },
  };
});

const { makeFake } = await import('../backend/fake');
const RUN = 'a1'.repeat(32);

let backend: Backend;
let run: OpenRun;
const idOf = (text: string) => run.cells.find((cell) => cell.view.text === text)?.view.id ?? '';
const cellOf = (text: string) => run.cell(idOf(text)) ?? expect.fail(`no item ${text}`);

beforeEach(async () => {
  backend = makeFake();
  held.backend = backend;
  toasts.list = [];
  statusing.pending = null;
  run = await OpenRun.load(RUN);
});

describe('a tick', () => {
  test('is shown before the backend has answered, and stands after it', async () => {
    const cell = cellOf('Announce planned maintenance');
    const answered = run.setStatus([cell.view.id], { status: 'done' }, 'done');
    expect(cell.kind).toBe('done');
    await answered;
    expect(cell.view.act?.who).toBe('Oksana Kovalenko');
  });

  test('is taken back when the backend refuses it, and the reason is said', async () => {
    vi.spyOn(backend, 'itemStatus').mockRejectedValue({ code: 'read-only', message: 'The disk is full.' });
    const cell = cellOf('Announce planned maintenance');
    await run.setStatus([cell.view.id], { status: 'done' }, 'done');
    expect(cell.kind).toBe('open');
    expect(toasts.list.at(-1)).toMatchObject({ text: 'The disk is full.', tone: 'failed' });
  });

  test('can be undone from its toast', async () => {
    const cell = cellOf('Announce planned maintenance');
    await run.setStatus([cell.view.id], { status: 'done' }, 'done');
    toasts.list.at(-1)?.action?.run();
    await vi.waitFor(() => expect(cell.kind).toBe('open'));
  });
});

describe('patches', () => {
  test('an older one that arrives late takes nothing back', async () => {
    const cell = cellOf('Announce planned maintenance');
    const old = await backend.runRefresh(RUN, 0);
    await run.setStatus([cell.view.id], { status: 'done' }, 'done');
    run.apply({ ...old, revision: 0 });
    expect(cell.kind).toBe('done');
  });

  test('an older one that arrives late is made good, since its items are in no other', async () => {
    const cell = cellOf('Announce planned maintenance');
    const newer = run.revision + 2;
    const late = await backend.itemStatus(RUN, [cell.view.id], {
      status: 'failed',
      reason: 'No window was agreed',
      until: '',
      performedBy: '',
      performedAt: '',
    });
    run.apply({ ...late, revision: newer, items: [] });
    expect(cell.kind).toBe('open');
    run.apply({ ...late, revision: newer - 1 });
    await vi.waitFor(() => expect(cell.view.reason).toBe('No window was agreed'));
  });

  test('only the cells of changed items get a new view', async () => {
    const before = run.cells.map((cell) => cell.view);
    await run.setStatus([idOf('Announce planned maintenance')], { status: 'done' }, 'done');
    const changed = run.cells.filter((cell, index) => cell.view !== before[index]);
    expect(changed.map((cell) => cell.view.text)).toEqual(['Announce planned maintenance']);
  });
});

describe('what needs a reason', () => {
  test('done against a failed probe is an override and waits for its reason', () => {
    const cell = cellOf('p99 latency < 500ms');
    expect(overrides(cell.view, 'done')).toBe(true);
    statusing.toggle(run, cell.view.id);
    expect(statusing.pending).toMatchObject({ status: 'done', override: true });
    expect(cell.kind).toBe('failed');
  });

  test('a tick that the backend refuses without a reason asks for it', async () => {
    const cell = cellOf('Announce planned maintenance');
    const refusal = vi
      .spyOn(backend, 'itemStatus')
      .mockRejectedValue({ code: 'reason-needed', message: 'Its value is against the limit.' });
    statusing.toggle(run, cell.view.id);
    await vi.waitFor(() => expect(statusing.pending).toMatchObject({ status: 'done', refused: true }));
    refusal.mockRestore();
  });

  test('a reason that could not be saved is still there to be tried again', async () => {
    const cell = cellOf('Announce planned maintenance');
    statusing.request(run, [cell.view.id], 'failed');
    const change = { reason: 'Nobody was told', until: '', performedBy: '', performedAt: '' };
    const refusal = vi.spyOn(backend, 'itemStatus').mockRejectedValue({ code: 'disk-full', message: 'Full.' });
    await statusing.confirm(change);
    expect(statusing.pending).toMatchObject({ status: 'failed' });
    expect(cell.kind).toBe('open');
    refusal.mockRestore();
    await statusing.confirm(change);
    expect(statusing.pending).toBeNull();
    expect(cell.view.reason).toBe('Nobody was told');
  });

  test('a measured item takes a plain word', async () => {
    const cell = cellOf('Production environment ready');
    expect(cell.kind).toBe('measured');
    statusing.toggle(run, cell.view.id);
    expect(statusing.pending).toBeNull();
    await vi.waitFor(() => expect(cell.kind).toBe('done'));
  });

  test('nothing is asked of a run that cannot be written', () => {
    run.head = { ...run.head, readOnly: 'made by a newer version' };
    const cell = cellOf('Announce planned maintenance');
    statusing.toggle(run, cell.view.id);
    expect(cell.kind).toBe('open');
  });
});

test('items of a running batch turn, and stop turning when it is over', async () => {
  const stop = run.listen();
  const cell = cellOf('Backup taken before migration');
  await run.probe({ which: 'items', items: [cell.view.id] });
  await vi.waitFor(() => expect(cell.kind).toBe('running'));
  await vi.waitFor(() => expect(cell.kind).toBe('verified'), { timeout: 5000 });
  expect(run.progress).toBeNull();
  stop();
});
