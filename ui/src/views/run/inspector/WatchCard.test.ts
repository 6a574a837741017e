import { render, screen, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import type { WatchSeries } from '$generated/WatchSeries';
import { backend } from '$backend';
import { OpenRun } from '$domain/open-run.svelte';
import { course, extent } from '$shared/chart/course';
import { lineOf, nextLook } from '$domain/watched';
import { expectAccessible } from '../../../test/axe';
import Inspector from './Inspector.svelte';
import WatchCard from './WatchCard.svelte';

const BAKHMACH = 'a1'.repeat(32);

async function watched() {
  const run = await OpenRun.load(BAKHMACH);
  const cell = run.cells.find((each) => each.view.text === 'No error spikes in logs');
  const rule = cell?.view.probes[0]?.watch;
  if (!cell || !rule) throw new Error('the fake watches nothing');
  return { run, cell, rule };
}

test('a watch shows what was seen, where nothing was, and how much must be', async () => {
  const { run, cell, rule } = await watched();
  const { container } = render(WatchCard, { run, item: cell.view, rule });
  expect(await screen.findByRole('img', { name: /limit 0.1\u00a0%; 1 gap/u })).toBeInTheDocument();
  expect(screen.getByText(/of at least 90/u)).toBeInTheDocument();
  expect(screen.getByText('5 min in all')).toBeInTheDocument();
  await expectAccessible(container);
});

test('it ends early only for a reason', async () => {
  const user = userEvent.setup();
  const { run, cell, rule } = await watched();
  const stop = vi.spyOn(backend, 'watchStop');
  render(WatchCard, { run, item: cell.view, rule });
  await user.click(await screen.findByRole('button', { name: 'Stop…' }));
  const end = screen.getByRole('button', { name: 'Stop watching' });
  expect(end).toBeDisabled();
  await user.type(screen.getByLabelText('Why it ends early'), 'Rolled back');
  await user.click(end);
  expect(stop).toHaveBeenCalledWith(run.id, cell.view.id, 'Rolled back');
});

test('a watch on another laptop is looked at and not stopped here', async () => {
  const { run, cell, rule } = await watched();
  const item = { ...cell.view, watch: { ...backendWatch, here: false } };
  render(WatchCard, { run, item, rule });
  expect(screen.queryByRole('button', { name: 'Stop…' })).toBeNull();
  expect(within(screen.getByRole('region', { name: 'Watch' })).getByText(/another laptop/u)).toBeInTheDocument();
});

const backendWatch = { probe: '', from: '2026-11-22T09:00:00Z', until: '2026-11-22T10:00:00Z', over: false };

/** An item that only a person can watch, in a run that was deployed then. */
async function forPeople(deployedAt: string | undefined) {
  const run = await OpenRun.load(BAKHMACH);
  const attempt = { ...run.head.attempt };
  delete attempt.deployedAt;
  run.head = { ...run.head, attempt: { ...attempt, ...(deployedAt ? { deployedAt } : {}) } };
  const cell = run.cells.find((each) => each.view.stage === 'watch' && each.view.probes.length === 0);
  if (!cell) throw new Error('the fake has nothing for people');
  return { run, cell };
}

test('what comes after the deployment is not watched before it', async () => {
  const { run, cell } = await forPeople(undefined);
  render(WatchCard, { run, item: cell.view });
  expect(screen.getByText('It can be watched once the release is deployed.')).toBeInTheDocument();
  expect(screen.queryByRole('button', { name: 'Start watching' })).toBeNull();
});

test('a person begins a watch, notes what they see, and says in the end how it was', async () => {
  const user = userEvent.setup();
  const { run, cell } = await forPeople('2026-11-22T08:00:00Z');
  const { container } = render(Inspector, { run, cell, onclose: () => undefined });
  await user.clear(await screen.findByLabelText('A look every'));
  await user.type(screen.getByLabelText('A look every'), '20m');
  await user.click(screen.getByRole('button', { name: 'Start watching' }));
  expect(await screen.findByText('a look is due')).toBeInTheDocument();

  // What is not ok needs words; what is ok does not.
  expect(screen.getByRole('button', { name: 'Not ok' })).toBeDisabled();
  await user.click(screen.getByRole('button', { name: 'Looks ok' }));
  expect(await screen.findByText(/The next look is due at/u)).toBeInTheDocument();
  await user.type(screen.getByLabelText('What you see'), 'two complaints');
  await user.click(screen.getByRole('button', { name: 'Not ok' }));
  expect(await screen.findByText('1 of 2 looks good')).toBeInTheDocument();
  const looks = within(screen.getByRole('list', { name: 'Looks' })).getAllByRole('listitem');
  expect(looks[0]).toHaveTextContent(/not ok: two complaints/u);
  await expectAccessible(container);

  // Good news against what was seen needs words, too.
  await user.click(screen.getByRole('button', { name: 'Finish…' }));
  expect(screen.getByRole('button', { name: 'It held' })).toBeDisabled();
  expect(screen.getByText(/a look was not ok/u)).toBeInTheDocument();
  await user.type(screen.getByLabelText('How it was'), 'both were about the old version');
  await user.click(screen.getByRole('button', { name: 'It held' }));
  await vi.waitFor(() => expect(cell.view.status).toBe('done'));
  expect(cell.view.reason).toBe('both were about the old version (1 of 2 looks good)');
});

test('a look is due where nobody has looked yet in its part of the window', () => {
  const at = (minute: number) => new Date(minute * 60_000).toISOString();
  const series = (...looks: number[]) =>
    ({
      from: at(0),
      until: at(60),
      everyMs: 20 * 60_000,
      samples: looks.map((minute) => ({ at: at(minute), verdict: 'pass', text: '' })),
    }) as unknown as WatchSeries;
  const due = (now: number, ...looks: number[]) => {
    const next = nextLook(series(...looks), now * 60_000);
    return next === null ? null : next / 60_000;
  };
  expect(due(5)).toBe(5);
  expect(due(5, 1)).toBe(20);
  expect(due(25, 1)).toBe(25);
  expect(due(45, 41)).toBeNull();
  expect(due(61)).toBeNull();
});

test('the line breaks at a gap and at a look that measured nothing', () => {
  const at = (minute: number) => new Date(minute * 60_000).toISOString();
  const look = (minute: number, value?: string) => ({
    at: at(minute),
    verdict: 'pass',
    text: '',
    ...(value ? { value } : {}),
  });
  const series = {
    samples: [look(0, '1'), look(1, '1'), look(2), look(3, '1'), look(6, '1'), look(7, '1')],
    gaps: [{ from: at(4), until: at(6) }],
    condition: 'value < 2',
  } as unknown as WatchSeries;
  const line = lineOf(series);
  expect(course(line.points, extent([line], []))).toHaveLength(3);
});
