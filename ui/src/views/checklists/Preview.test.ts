import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { backend } from '$backend';
import { route } from '$domain/route.svelte';
import { expectAccessible } from '../../test/axe';
import Preview from './Preview.svelte';

test('a checklist shows its Map and that its file is not changed before anything is asked', async () => {
  render(Preview, { source: 'bundled:bakhmach.md' });
  expect(await screen.findByText('Your file is not changed')).toBeInTheDocument();
  expect(screen.getByRole('group', { name: 'Map of the checklist' })).toBeInTheDocument();
  expect(screen.getByText('115 items')).toBeInTheDocument();
  expect(screen.getByText('14 rollback steps')).toBeInTheDocument();
  await expectAccessible();
  await userEvent.click(screen.getByRole('button', { name: 'Start a run' }));
  expect(route.screen).toMatchObject({ at: 'new-run', source: 'bundled:bakhmach.md' });
});

test('a file that cannot be read says what, where and what to do', async () => {
  vi.spyOn(backend, 'checklistPreview').mockRejectedValueOnce({
    code: 'not-utf8',
    message: 'This file is not UTF-8 text.',
    place: 'line 3, column 7',
    hint: 'Save it as UTF-8.',
  });
  render(Preview, { source: '/tmp/latin1.md' });
  const alert = await screen.findByRole('alert');
  expect(alert).toHaveTextContent('This file is not UTF-8 text.');
  expect(alert).toHaveTextContent('line 3, column 7 · Save it as UTF-8.');
});

test('a file without boxes offers its bullets, and takes them only when asked', async () => {
  const read = await backend.checklistPreview('bundled:bakhmach.md', false);
  const ask = vi
    .spyOn(backend, 'checklistPreview')
    .mockImplementation(async (source, bullets) =>
      bullets
        ? { ...read, source, offeredBullets: 12 }
        : { ...read, source, items: [], phases: [], workItems: 0, offeredBullets: 12 },
    );
  render(Preview, { source: '/home/oksana/notes.md' });
  expect(await screen.findByText('This file has no task boxes')).toBeInTheDocument();
  expect(screen.getByRole('button', { name: 'Start a run' })).toBeDisabled();
  await userEvent.click(screen.getByRole('button', { name: 'Take them as items' }));
  expect(await screen.findByRole('group', { name: 'Map of the checklist' })).toBeInTheDocument();
  await userEvent.click(screen.getByRole('button', { name: 'Start a run' }));
  expect(route.screen).toMatchObject({ at: 'new-run', bullets: true });
  ask.mockRestore();
});

test('a finding leads to the items that it is about', async () => {
  const read = await backend.checklistPreview('bundled:bakhmach.md', false);
  const [first, second] = read.items;
  if (!first || !second) throw new Error('the checklist has items');
  const ask = vi.spyOn(backend, 'checklistPreview').mockResolvedValue({
    ...read,
    findings: [
      {
        severity: 'info',
        code: 'placeholder',
        message: '`<owner>` is still to be filled (in 2 places).',
        line: first.line,
        items: [first, second].map(({ id, number }) => ({ id, number })),
      },
    ],
  });
  render(Preview, { source: 'bundled:bakhmach.md' });
  await userEvent.click(await screen.findByRole('button', { name: `Go to item ${second.number}` }));
  expect(screen.getByRole('region', { name: `Item ${second.number}` })).toBeInTheDocument();
  await expectAccessible();
  ask.mockRestore();
});
