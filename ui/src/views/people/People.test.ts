import { render, screen, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { backend } from '$backend';
import People from './People.svelte';

test('a key is created only when both passphrases are the same, and its fingerprint is shown with its words', async () => {
  const user = userEvent.setup();
  await backend.personSave({ id: 'p1', name: 'Oksana Kovalenko', principal: '', roles: [], me: false, publicKey: '' });
  await backend.personSave({ id: '', name: 'Marta Hnatiuk', principal: '', roles: [], me: true, publicKey: '' });
  const create = vi.spyOn(backend, 'keyCreate');
  render(People, {});
  const card = await screen.findByRole('article', { name: /Marta Hnatiuk/u });
  await user.click(within(card).getByRole('button', { name: 'Create a key' }));
  await user.type(within(card).getByLabelText('Passphrase for the new key'), 'correct horse');
  await user.type(within(card).getByLabelText('The same once more'), 'correct house');
  await user.click(within(card).getByRole('button', { name: 'Create a key' }));
  expect(within(card).getByRole('alert')).toHaveTextContent('The two are not the same.');
  expect(create).not.toHaveBeenCalled();

  await user.clear(within(card).getByLabelText('The same once more'));
  await user.type(within(card).getByLabelText('The same once more'), 'correct horse');
  await user.click(within(card).getByRole('button', { name: 'Create a key' }));
  expect(await within(card).findByText(/^SHA256:/u)).toBeInTheDocument();
  expect(within(card).getByText('amber otter river nine')).toBeInTheDocument();
});
