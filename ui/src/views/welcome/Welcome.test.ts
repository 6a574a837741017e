import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { backend } from '$backend';
import { route } from '$domain/route.svelte';
import { store } from '$domain/session.svelte';
import Welcome from './Welcome.svelte';

test('a name makes a person, and the signed sample is one click away', async () => {
  const user = userEvent.setup();
  for (const person of await backend.peopleList()) await backend.personDelete(person.id);
  await store.load();
  render(Welcome, {});
  await user.type(screen.getByLabelText('Your name'), 'Marta Hnatiuk{Enter}');
  expect(await screen.findByText('Marta Hnatiuk')).toBeInTheDocument();
  expect((await backend.peopleList()).find((person) => person.me)?.name).toBe('Marta Hnatiuk');

  await user.click(await screen.findByRole('button', { name: /^See a signed run/u }));
  expect(route.screen).toMatchObject({ at: 'run', run: 'c3'.repeat(32), tab: 'signoff' });
});

test('the room of the checklists is kept while they are read', async () => {
  const { container } = render(Welcome, {});
  const waiting = () => container.querySelectorAll('.ways .waiting').length;
  expect(waiting()).toBe(4);
  expect(await screen.findByText(/Bakhmach/u)).toBeInTheDocument();
  expect(waiting()).toBe(0);
});
