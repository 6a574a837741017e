import { render, screen, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { OpenRun } from '$domain/open-run.svelte';
import { expectAccessible } from '../../test/axe';
import Rollback from './Rollback.svelte';

test('a rollback is activated with a reason, then its steps come in order under a clock', async () => {
  const user = userEvent.setup();
  const run = await OpenRun.load('a1'.repeat(32));
  render(Rollback, { run });
  expect(screen.queryByRole('timer')).not.toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'Activate the rollback…' }));
  const dialog = await screen.findByRole('dialog');
  const activate = within(dialog).getByRole('button', { name: 'Activate the rollback' });
  expect(activate).toBeDisabled();
  await user.type(within(dialog).getByLabelText('Why'), 'Error rate over 5 %');
  await user.click(activate);

  expect(await screen.findByRole('timer')).toBeInTheDocument();
  const now = () => document.querySelector('[aria-current="step"]') as HTMLElement;
  expect(now()).toHaveTextContent('Alert on-call team');
  await user.click(within(now()).getByRole('button', { name: 'Done' }));
  expect(now()).toHaveTextContent('Notify stakeholders');
  expect(screen.getByText(/^1 of 9 steps/u)).toBeInTheDocument();
  await expectAccessible();
});

test('what is still to be filled is said, and filling a placeholder fills the command', async () => {
  const user = userEvent.setup();
  const run = await OpenRun.load('b2'.repeat(32));
  render(Rollback, { run });
  expect(screen.getByText('<backup-name>').tagName).toBe('MARK');
  await user.click(screen.getByRole('button', { name: 'Use hamsaya-2026-11-03' }));
  expect(await screen.findByText(/rollback\.sh hamsaya-2026-11-03/u)).toBeInTheDocument();
  await expectAccessible();
});
