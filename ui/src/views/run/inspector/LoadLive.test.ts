import type { LoadProgress } from '$generated/LoadProgress';
import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { backend } from '$backend';
import { further, type LoadCourse } from '$domain/load-course';
import type { OpenRun } from '$domain/open-run.svelte';
import LoadLive from './LoadLive.svelte';

const told = (more: Partial<LoadProgress> = {}): LoadProgress => ({
  batch: 7,
  run: 'r',
  item: 'i',
  probe: 'p',
  phase: 'measuring',
  atMs: 12_000,
  totalMs: 60_000,
  asked: 1200,
  reached: 1190,
  sent: 14_280,
  errors: 14,
  errorPercent: 0.098,
  p50Ms: 4.2,
  p95Ms: 31.4,
  p99Ms: 180,
  connections: 64,
  waiting: 3,
  cpuPercent: 22,
  ...more,
});

const course = (...all: LoadProgress[]) =>
  all.reduce<LoadCourse | null>((before, one) => further(before, one), null) as LoadCourse;

test('rate asked and sent, errors, percentiles and the time that has passed are said in words', async () => {
  render(LoadLive, { run: {} as OpenRun, course: course(told({ atMs: 200 }), told()) });
  const live = screen.getByRole('region', { name: 'Load, live' });
  for (const words of ['sent of 1,200', '1,190', '0.10', '14', '4.20', '31.4', '180', '12 of 60', '3 requests wait'])
    expect(live.textContent).toContain(words);
  expect(screen.getByRole('progressbar', { name: 'Load, elapsed' })).toHaveAttribute('aria-valuenow', '12');
  expect(screen.getByRole('img', { name: /p99: 180/u })).toBeInTheDocument();
});

test('the button stops the batch at once, and one that has just ended is no error', async () => {
  const user = userEvent.setup();
  const cancel = vi.spyOn(backend, 'probeCancel').mockRejectedValue({ code: 'unknown-batch', message: 'over' });
  render(LoadLive, { run: {} as OpenRun, course: course(told()) });
  await user.click(screen.getByRole('button', { name: 'Stop' }));
  expect(cancel).toHaveBeenCalledWith(7);
  expect(screen.queryByRole('alert')).not.toBeInTheDocument();
});

test('a closed loop asks for no rate, and what is not measured yet is no zero', () => {
  const unknown = new Set(['asked', 'p50Ms', 'p95Ms', 'p99Ms', 'errorPercent']);
  const known = Object.entries(told({ errors: 0 })).filter(([name]) => !unknown.has(name));
  render(LoadLive, { run: {} as OpenRun, course: course(Object.fromEntries(known) as LoadProgress) });
  const live = screen.getByRole('region', { name: 'Load, live' });
  expect(live.textContent).toContain('closed loop');
  expect(live.textContent).toContain('p50 –');
});
