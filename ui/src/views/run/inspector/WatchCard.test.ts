import { render, screen, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import type { WatchSeries } from '$generated/WatchSeries';
import { backend } from '$backend';
import { OpenRun } from '$domain/open-run.svelte';
import { course, extent } from '$shared/chart/course';
import { lineOf } from '$domain/watched';
import { expectAccessible } from '../../../test/axe';
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
