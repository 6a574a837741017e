import { render, screen, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, test, vi } from 'vitest';
import { backend } from '$backend';
import { adopting } from '$domain/adopting.svelte';
import { OpenRun } from '$domain/open-run.svelte';
import { expectAccessible } from '../../test/axe';
import AdoptionDialog from './AdoptionDialog.svelte';
import ChangeOffer from './ChangeOffer.svelte';

const RUN = 'b2'.repeat(32);

beforeEach(() => {
  adopting.dismiss();
  adopting.change = null;
  adopting.later = '';
});

test('what was said of an item goes on only where a person says that it is the same', async () => {
  const user = userEvent.setup();
  const adopt = vi.spyOn(backend, 'checklistAdopt');
  const run = await OpenRun.load(RUN);
  await adopting.request(run);
  const pending = adopting.pending;
  if (!pending) throw new Error('the plan is shown');
  const { rerender } = render(AdoptionDialog, { pending });
  expect(screen.getByText(/^1 item added, 2 changed, 1 gone\./u)).toBeInTheDocument();
  expect(screen.getByRole('button', { name: 'Adopt this version' })).toBeDisabled();
  await expectAccessible();

  await user.click(screen.getByRole('button', { name: 'It is the same' }));
  await vi.waitFor(() => expect(adopting.pending?.plan.undecided).toBe(0));
  await rerender({ pending: adopting.pending ?? pending });
  expect(within(screen.getByRole('dialog')).queryByText('your word')).not.toBeInTheDocument();
  await user.type(screen.getByLabelText('Why'), 'after the review');
  await user.click(screen.getByRole('button', { name: 'Adopt this version' }));
  const second = run.cells[1]?.view.id;
  expect(adopt.mock.calls[0]?.[1]).toMatchObject({
    pairs: [{ from: second, to: 'edited' }],
    reason: 'after the review',
  });
  await vi.waitFor(() => expect(adopting.pending).toBeNull());
});

test('an answer about the same successor takes the place of an earlier one', async () => {
  const run = await OpenRun.load(RUN);
  await adopting.request(run);
  await adopting.answer([{ from: 'a', to: 'edited' }]);
  await adopting.answer([{ from: 'b', to: 'edited' }]);
  await adopting.answer([{ from: 'c', to: '' }]);
  expect(adopting.pending?.pairs).toEqual([
    { from: 'b', to: 'edited' },
    { from: 'c', to: '' },
  ]);
});

test('a changed file is offered once, and only in the head after it was put off', async () => {
  const user = userEvent.setup();
  const found = { source: '/hub.md', file: 'hub.md', version: 'v2', text: '1 item added' };
  vi.spyOn(backend, 'checklistChange').mockResolvedValue(found);
  const run = await OpenRun.load(RUN);
  await adopting.look(run.id);
  render(ChangeOffer, { run });
  expect(screen.getByText('The checklist has changed since this run began:')).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'Not now' }));
  expect(screen.queryByText('The checklist has changed since this run began:')).not.toBeInTheDocument();
  expect(adopting.of(run)).toEqual(found);
});
