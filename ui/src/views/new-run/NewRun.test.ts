import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { backend } from '$backend';
import { route } from '$domain/route.svelte';
import { expectAccessible } from '../../test/axe';
import NewRun from './NewRun.svelte';

test('a name is enough, and every default is what the checklist proposed', async () => {
  const user = userEvent.setup();
  const create = vi.spyOn(backend, 'runCreate');
  render(NewRun, { source: 'bundled:bakhmach.md' });
  const name = await screen.findByLabelText('Name of the run');
  await expectAccessible();
  await user.clear(name);
  await user.click(screen.getByRole('button', { name: 'Start the run' }));
  expect(await screen.findByRole('alert')).toHaveTextContent('A run needs a name.');
  expect(create).not.toHaveBeenCalled();

  await user.type(name, 'Hub 2.5.0');
  await user.click(screen.getByRole('button', { name: 'Start the run' }));
  await vi.waitFor(() => expect(route.screen.at).toBe('run'));
  const { proposal } = await backend.checklistPreview('bundled:bakhmach.md', false);
  expect(create).toHaveBeenCalledWith({ ...proposal, name: 'Hub 2.5.0' });
});

test('a condition that does not hold carries its reason into the run', async () => {
  const user = userEvent.setup();
  const create = vi.spyOn(backend, 'runCreate').mockClear();
  const { proposal, asks } = await backend.checklistPreview('bundled:bakhmach.md', false);
  const ask = asks.conditions[0];
  expect(ask).toBeDefined();
  render(NewRun, { source: 'bundled:bakhmach.md' });
  await screen.findByLabelText('Name of the run');
  await user.click(screen.getAllByRole('button', { name: 'Does not' })[0] as HTMLElement);
  await user.click(screen.getByRole('button', { name: 'Start the run' }));
  await vi.waitFor(() => expect(create).toHaveBeenCalled());
  const sent = create.mock.calls[0]?.[0];
  expect(sent?.conditions).toContainEqual({
    id: ask?.id,
    applies: false,
    reason: `Not the case: ${ask?.words}`,
  });
  expect(sent?.conditions).toHaveLength(proposal.conditions.length);
});

test('where the checklist names no role, its contacts are offered and picking is left to the person', async () => {
  const user = userEvent.setup();
  const create = vi.spyOn(backend, 'runCreate').mockClear();
  const read = await backend.checklistPreview('bundled:hamsaya.md', false);
  const ask = vi.spyOn(backend, 'checklistPreview').mockResolvedValue({
    ...read,
    proposal: { ...read.proposal, roles: [] },
    // Two tables of contacts may name the same person.
    asks: { ...read.asks, roles: [], offeredRoles: ['DevOps Lead', 'Database Admin', 'DevOps Lead'] },
  });
  render(NewRun, { source: 'bundled:hamsaya.md' });
  expect(await screen.findByText(/The checklist names none/)).toHaveTextContent('Pick from its contacts');
  expect(screen.queryByRole('button', { name: 'Remove DevOps Lead' })).not.toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'DevOps Lead' }));
  await user.click(screen.getByRole('button', { name: 'Start the run' }));
  await vi.waitFor(() => expect(create).toHaveBeenCalled());
  expect(create.mock.calls[0]?.[0]?.roles).toEqual(['DevOps Lead']);
  ask.mockRestore();
});
