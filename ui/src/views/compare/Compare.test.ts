import { render, screen, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { current } from '$domain/current.svelte';
import { OpenRun } from '$domain/open-run.svelte';
import { expectAccessible } from '../../test/axe';
import Compare from './Compare.svelte';

const BAKHMACH = 'a1'.repeat(32);
const HAMSAYA = 'b2'.repeat(32);

test('what changed stands first, with then and now; what stayed is asked for', async () => {
  const user = userEvent.setup();
  render(Compare, { run: await OpenRun.load(BAKHMACH) });
  const regressed = await screen.findByRole('region', { name: /^Regressed/u });
  const row = within(regressed).getByRole('button', { name: /p99 latency/u });
  expect(row).toHaveTextContent(/then:.*498 ms.*now:.*612 ms/u);
  expect(screen.queryByRole('region', { name: /^Same/u })).toBeNull();
  await expectAccessible();

  await user.click(screen.getByRole('button', { name: /^Same/u }));
  expect(await screen.findByRole('region', { name: /^Same/u })).toBeInTheDocument();
  expect(screen.queryByRole('region', { name: /^Regressed/u })).toBeNull();
});

test('an item leads to where it stands in the List; one that is gone leads nowhere', async () => {
  const user = userEvent.setup();
  const run = await OpenRun.load(BAKHMACH);
  current.run = run;
  render(Compare, { run });
  await user.click(await screen.findByRole('button', { name: /p99 latency/u }));
  expect(run.cell(run.selected ?? '')?.view.text).toBe('p99 latency < 500ms');
  const gone = within(screen.getByRole('region', { name: /^Gone/u }));
  expect(gone.queryByRole('button')).toBeNull();
});

test('where none was accepted, the screen says that there is nothing to compare with', async () => {
  render(Compare, { run: await OpenRun.load(HAMSAYA) });
  expect(await screen.findByText('There is no accepted run to compare with')).toBeInTheDocument();
});
