import { render, screen } from '@testing-library/svelte';
import { expect, test } from 'vitest';
import type { QueueEntry } from '$generated/QueueEntry';
import { OpenRun } from '$domain/open-run.svelte';
import { expectAccessible } from '../../test/axe';
import QueuePanel from './QueuePanel.svelte';

test('what runs stands first, then what waits at its place with its reason, then what is over', async () => {
  const run = await OpenRun.load('a1'.repeat(32));
  const [first, second, third, fourth] = run.cells.map((cell) => cell.view);
  const of = (item: string | undefined, more: Partial<QueueEntry> & Pick<QueueEntry, 'state'>): QueueEntry => ({
    item: item ?? '',
    probe: item ?? '',
    kind: 'http',
    text: '',
    ...more,
  });
  const queue = [
    of(first?.id, { state: 'done', verdict: 'fail', text: '500 in 12 ms' }),
    of(second?.id, { state: 'waiting', position: 2, waitsFor: 'host', text: 'waits for api.bakhmach.com:443' }),
    of(third?.id, { state: 'waiting', position: 1, waitsFor: 'turn', text: 'waits for its turn' }),
    of(fourth?.id, { state: 'running' }),
  ];
  const { container } = render(QueuePanel, { run, queue });
  const rows = screen.getAllByRole('listitem').map((row) => row.textContent?.replace(/\s+/gu, ' ').trim() ?? '');
  expect(rows[0]).toContain(fourth?.number);
  expect(rows[1]).toMatch(/^1 .*Waits for its turn/u);
  expect(rows[2]).toMatch(/^2 .*Waits for api.bakhmach.com:443/u);
  expect(rows[3]).toContain('500 in 12 ms');
  await expectAccessible(container);
});
