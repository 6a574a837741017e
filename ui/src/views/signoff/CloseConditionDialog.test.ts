import { render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { backend } from '$backend';
import { OpenRun } from '$domain/open-run.svelte';
import { expectAccessible } from '../../test/axe';
import SignOff from './SignOff.svelte';

const BAKHMACH = 'a1'.repeat(32);
const conditionOf = async () =>
  (await backend.pointView(BAKHMACH, 'go-no-go')).roles.find((card) => card.role === 'Security Lead')?.signature
    ?.conditions[0];

test('a condition is said to be met with how one knows and a key; the wrong passphrase closes nothing', async () => {
  const user = userEvent.setup();
  render(SignOff, { run: await OpenRun.load(BAKHMACH), point: 'go-no-go' });
  const card = await screen.findByRole('article', { name: 'Security Lead' });
  await user.click(within(card).getByRole('button', { name: 'Say it is met' }));

  const dialog = await screen.findByRole('dialog', { name: 'Condition met' });
  expect(dialog).toHaveAccessibleDescription(/Danylo Savchuk: p99 below 500 ms.*The signature itself is not changed/u);
  const say = within(dialog).getByRole('button', { name: 'Say it is met' });
  await user.type(await within(dialog).findByLabelText('Passphrase of the key'), 'wrong');
  expect(say).toBeDisabled();
  await user.type(within(dialog).getByLabelText('How you know'), 'Load test of 11:30, 431 ms.');
  await user.click(say);
  expect(await within(dialog).findByRole('alert')).toHaveTextContent('This passphrase does not open the key.');
  expect((await conditionOf())?.closed).toBeUndefined();
  await expectAccessible(dialog);

  await user.clear(within(dialog).getByLabelText('Passphrase of the key'));
  await user.type(within(dialog).getByLabelText('Passphrase of the key'), 'right horse battery');
  await user.keyboard('{Control>}{Enter}{/Control}');
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect((await conditionOf())?.closed?.who).toBe('Oksana Kovalenko');
  expect(await within(card).findByText('met, says Oksana Kovalenko')).toBeInTheDocument();
});
