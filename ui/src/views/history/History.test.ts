import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { backend } from '$backend';
import { OpenRun } from '$domain/open-run.svelte';
import { expectAccessible } from '../../test/axe';
import History from './History.svelte';
import { subjectOf } from './kinds';

test('each kind of event is about one subject', () => {
  expect(
    ['item.status', 'proposal.accepted', 'item.note', 'signoff.made', 'rollback.closed', 'owner.set'].map(subjectOf),
  ).toEqual(['status', 'status', 'notes', 'signoff', 'rollback', 'run']);
});

test('what was undone stays in the history and says so; filters narrow it and can be taken away', async () => {
  const user = userEvent.setup();
  const run = await OpenRun.load('b2'.repeat(32));
  const open = run.cells.find((cell) => cell.view.status === 'open');
  expect(open).toBeDefined();
  const patch = await backend.itemStatus(run.id, [open?.view.id ?? ''], {
    status: 'done',
    reason: '',
    until: '',
    performedBy: '',
    performedAt: '',
  });
  await backend.undo(run.id, patch.undo);
  render(History, { run });
  expect(await screen.findByText('undone')).toBeInTheDocument();
  await expectAccessible();

  await user.type(screen.getByLabelText('Search the history'), 'nothing is called this');
  expect(screen.getByText('Nothing matches')).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'Show everything' }));
  expect(screen.getByText('undone')).toBeInTheDocument();
});
