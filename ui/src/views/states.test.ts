import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import type { Component, ComponentProps } from 'svelte';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { backend, type Backend } from '$backend';
import { OpenRun } from '$domain/open-run.svelte';
import Checklists from './checklists/Checklists.svelte';
import Preview from './checklists/Preview.svelte';
import Environments from './environments/Environments.svelte';
import History from './history/History.svelte';
import NewRun from './new-run/NewRun.svelte';
import People from './people/People.svelte';
import RunScreen from './run/RunScreen.svelte';
import SignOff from './signoff/SignOff.svelte';

type Props = ComponentProps<Component>;
interface View {
  /** What the view asks for first. */
  asks: keyof Backend;
  show: () => Promise<void>;
}

const RUN = 'a1'.repeat(32);
const view = <P extends Props>(asks: keyof Backend, part: Component<P>, props: () => P | Promise<P>): View => ({
  asks,
  show: async () => void render(part as Component, await props()),
});
const source = 'bundled:bakhmach.md';

const VIEWS: Record<string, View> = {
  Checklists: view('checklistList', Checklists, () => ({})),
  Preview: view('checklistPreview', Preview, () => ({ source })),
  'New run': view('checklistPreview', NewRun, () => ({ source })),
  Environments: view('environmentList', Environments, () => ({})),
  People: view('peopleList', People, () => ({})),
  Run: view('runView', RunScreen, () => ({ run: 'd4'.repeat(32), tab: 'map' as const })),
  'Sign-off': view('pointView', SignOff, async () => ({ run: await OpenRun.load(RUN) })),
  History: view('runHistory', History, async () => ({ run: await OpenRun.load(RUN) })),
};

afterEach(() => vi.restoreAllMocks());

describe.each(Object.entries(VIEWS))('%s', (_name, { asks, show }) => {
  test('says that it is reading', async () => {
    vi.spyOn(backend, asks as 'session').mockReturnValue(new Promise(() => undefined));
    await show();
    expect((await screen.findAllByRole('status')).map((each) => each.textContent?.trim()).join()).toMatch(
      /^(?:Reading|Opening)/u,
    );
  });

  test('says what went wrong, where and what to do, and tries again', async () => {
    const asked = vi
      .spyOn(backend, asks as 'session')
      .mockRejectedValue({ code: 'gone', message: 'The disk is gone.', place: '/mnt/usb', hint: 'Plug it in.' });
    await show();
    const alert = await screen.findByRole('alert');
    expect(alert).toHaveTextContent('The disk is gone.');
    expect(alert).toHaveTextContent('/mnt/usb · Plug it in.');
    asked.mockRestore();
    await userEvent.setup().click(screen.getByRole('button', { name: 'Try again' }));
    await vi.waitFor(() => expect(screen.queryByText('The disk is gone.')).toBeNull());
  });
});
