import { render, screen, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { backend } from '$backend';
import { OpenRun } from '$domain/open-run.svelte';
import { expectAccessible } from '../../test/axe';
import SignOff from './SignOff.svelte';

const BAKHMACH = 'a1'.repeat(32);

async function show(point = 'go-no-go') {
  const run = await OpenRun.load(BAKHMACH);
  render(SignOff, { run, point });
  await screen.findByRole('heading', { name: 'Product Owner' });
  return run;
}

test('each role says how its signature stands, and what changed since', async () => {
  await show();
  const stale = screen.getByRole('article', { name: 'Engineering Lead' });
  expect(within(stale).getByText('stale')).toBeInTheDocument();
  expect(within(stale).getByText(/p99 latency/u)).toBeInTheDocument();
  expect(within(screen.getByRole('article', { name: 'QA Lead' })).getByText('rejected')).toBeInTheDocument();
  expect(screen.getByRole('alert')).toHaveTextContent(/failed.*open items keep this from being approved/u);
  await expectAccessible();
});

test('a wrong passphrase is said at its field and signs nothing; the right one signs what was chosen', async () => {
  const user = userEvent.setup();
  await show();
  await user.click(screen.getByRole('button', { name: 'Sign as Product Owner' }));
  const dialog = await screen.findByRole('dialog');
  expect(within(dialog).getByRole('radio', { name: /^Approve\b.*Not possible yet/u })).toBeDisabled();
  await user.click(within(dialog).getByRole('radio', { name: 'Reject' }));
  expect(
    within(dialog).getByText('As Product Owner, I do not approve going on, for the reason below.'),
  ).toBeInTheDocument();
  const sign = within(dialog).getByRole('button', { name: 'Sign: reject' });
  expect(sign).toBeDisabled();

  await user.type(within(dialog).getByLabelText('Why you reject'), 'The backup is old.');
  await user.type(await within(dialog).findByLabelText('Passphrase of the key'), 'wrong');
  await user.click(sign);
  expect(await within(dialog).findByRole('alert')).toHaveTextContent('This passphrase does not open the key.');
  expect((await backend.pointView(BAKHMACH, 'go-no-go')).roles[0]?.state).toBe('unsigned');
  await expectAccessible(dialog);

  await user.type(within(dialog).getByLabelText('Passphrase of the key'), 'right horse battery');
  await user.click(sign);
  const card = await screen.findByRole('article', { name: 'Product Owner' });
  expect(await within(card).findByText('rejected')).toBeInTheDocument();
  expect(within(card).getByText('The backup is old.')).toBeInTheDocument();
});

test('a key that counts for another role already is said before the passphrase, and is no green after it', async () => {
  const user = userEvent.setup();
  const view = await backend.pointView(BAKHMACH, 'go-no-go');
  const keys = (await backend.peopleList()).map((person) => person.fingerprint);
  const shown = vi.spyOn(backend, 'pointView').mockResolvedValue({
    ...view,
    roles: view.roles.map((card) => {
      const { role, signature } = card;
      if (role === 'QA Lead' && signature)
        return { ...card, state: 'current', counted: false, signature: { ...signature, decision: 'approve' } };
      if (role === 'Product Owner')
        return { role, required: true, state: 'unsigned', why: '', counted: true, keysOfOthers: keys, earlier: [] };
      return card;
    }),
  });
  await show();
  const uncounted = screen.getByRole('article', { name: 'QA Lead' });
  expect(within(uncounted).getByText('not counted')).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'Sign as Product Owner' }));
  const dialog = await screen.findByRole('dialog');
  expect(await within(dialog).findByText('This key counts for another role already')).toBeInTheDocument();
  await expectAccessible(dialog);
  shown.mockRestore();
});

test('only people among the contacts are offered as roles', async () => {
  const user = userEvent.setup();
  const view = await backend.pointView(BAKHMACH, 'go-no-go');
  vi.spyOn(backend, 'pointView').mockResolvedValue({ ...view, offeredRoles: ['Database Admin', 'QA Lead'] });
  await show();
  await user.click(screen.getByRole('button', { name: 'Roles' }));
  const offered = within(await screen.findByRole('group', { name: 'Contacts of the checklist' }));
  expect(offered.getAllByRole('button').map((button) => button.textContent?.trim())).toEqual(['Database Admin']);
});
