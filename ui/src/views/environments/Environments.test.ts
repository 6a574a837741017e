import { render, screen, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { backend } from '$backend';
import ToastShelf from '$shared/ui/ToastShelf.svelte';
import Environments from './Environments.svelte';

const named = async (name: string) => (await backend.environmentList()).find((each) => each.name === name);

test('a variable is added and changed in its environment alone', async () => {
  const user = userEvent.setup();
  render(Environments, {});
  const card = await screen.findByRole('region', { name: 'staging' });
  await user.click(within(card).getByRole('button', { name: 'Variable' }));
  await user.type(within(card).getByLabelText('Name of the new variable'), 'DB_HOST');
  await user.type(within(card).getByLabelText('Value of the new variable'), 'db.staging{Enter}');
  expect(await within(card).findByLabelText('Value of DB_HOST')).toHaveValue('db.staging');

  const value = within(card).getByLabelText('Value of API_HOST');
  await user.clear(value);
  await user.type(value, 'other.host');
  await user.tab();
  expect((await named('staging'))?.variables).toContainEqual({ name: 'API_HOST', value: 'other.host' });
  expect((await named('production'))?.variables.some((each) => each.name === 'DB_HOST')).toBe(false);
});

test('a secret is set without ever being shown', async () => {
  const user = userEvent.setup();
  render(Environments, {});
  const card = await screen.findByRole('region', { name: 'staging' });
  expect(within(card).getByText('not set')).toBeInTheDocument();
  await user.click(within(card).getByRole('button', { name: 'Set…' }));
  const dialog = await screen.findByRole('dialog');
  const value = within(dialog).getByLabelText('Value in staging');
  expect(value).toHaveAttribute('type', 'password');
  await user.type(value, 'hunter2');
  await user.click(within(dialog).getByRole('button', { name: 'Keep it' }));
  expect(await within(card).findByText('set')).toBeInTheDocument();
  expect(document.body.textContent).not.toContain('hunter2');
});

test('a variable that was removed comes back where it stood', async () => {
  const user = userEvent.setup();
  const before = (await named('staging'))?.variables;
  render(Environments, {});
  render(ToastShelf, {});
  const card = await screen.findByRole('region', { name: 'staging' });
  await user.click(within(card).getByRole('button', { name: 'Remove API_URL' }));
  expect((await named('staging'))?.variables.some((each) => each.name === 'API_URL')).toBe(false);
  await user.click(await screen.findByRole('button', { name: 'Undo' }));
  await within(card).findByLabelText('Value of API_URL');
  expect((await named('staging'))?.variables).toEqual(before);
});

test('a secret is removed only after one was told that it cannot be brought back', async () => {
  const user = userEvent.setup();
  render(Environments, {});
  const card = await screen.findByRole('region', { name: 'production' });
  await user.click(within(card).getByRole('button', { name: 'Remove TOKEN' }));
  const set = async () => (await named('production'))?.secrets.find((each) => each.name === 'TOKEN')?.set;
  expect(await set()).toBe(true);
  const dialog = await screen.findByRole('dialog', { name: 'Remove the secret TOKEN' });
  await user.click(within(dialog).getByRole('button', { name: 'Remove the secret' }));
  expect(await set()).toBe(false);
});

test('a host for load is typed, and no button fills it in', async () => {
  const user = userEvent.setup();
  render(Environments, {});
  const card = await screen.findByRole('region', { name: 'staging' });
  const host = within(card).getByLabelText('Host of staging that load may be sent to');
  expect(host).toHaveValue('');
  expect(within(card).getByRole('button', { name: 'Allow load' })).toBeDisabled();
  await user.type(host, 'staging.bakhmach.com{Enter}');
  await within(card).findByText('staging.bakhmach.com');
  expect((await named('staging'))?.loadHosts).toEqual(['staging.bakhmach.com']);
  expect((await named('production'))?.loadHosts).not.toContain('staging.bakhmach.com');
  await user.click(within(card).getByRole('button', { name: 'No more load on staging.bakhmach.com' }));
  expect((await named('staging'))?.loadHosts).toEqual([]);
});
