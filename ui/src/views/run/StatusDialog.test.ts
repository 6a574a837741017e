import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { OpenRun } from '$domain/open-run.svelte';
import StatusDialog from './StatusDialog.svelte';

test('what is typed first is the reason, blanks and letters that are keys elsewhere included', async () => {
  const user = userEvent.setup();
  const run = await OpenRun.load('a1'.repeat(32));
  const items = [run.cells[0]?.view.id ?? ''];
  render(StatusDialog, { pending: { run, items, status: 'failed', override: false, detailed: false } });
  await vi.waitFor(() => expect(screen.getByLabelText('Reason')).toHaveFocus());
  await user.keyboard('no backup was made');
  expect(screen.getByLabelText('Reason')).toHaveValue('no backup was made');
  expect(screen.getByRole('button', { name: 'Mark failed' })).toBeEnabled();
});
