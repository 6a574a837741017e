import { afterEach, describe, expect, test, vi } from 'vitest';
import { keyCaps, keys } from './keys.svelte';

const stops: (() => void)[] = [];
afterEach(() => {
  stops.splice(0).forEach((stop) => stop());
  document.body.replaceChildren();
});

function command(combo: string, when?: () => boolean) {
  const run = vi.fn();
  stops.push(keys.add({ combo, label: combo, group: 'Test', run, ...(when ? { when } : {}) }));
  return run;
}

function press(key: string, target: EventTarget = document.body, more: KeyboardEventInit = {}) {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more });
  Object.defineProperty(event, 'target', { value: target });
  keys.handle(event);
  return event;
}

function put<T extends HTMLElement>(html: T): T {
  document.body.append(html);
  return html;
}

describe('a key', () => {
  test('runs its command and is then spent', () => {
    const run = command('j');
    expect(press('j').defaultPrevented).toBe(true);
    expect(run).toHaveBeenCalledOnce();
  });

  test('that needs Shift to be typed is named by its character', () => {
    const run = command('?');
    press('?', document.body, { shiftKey: true });
    expect(run).toHaveBeenCalledOnce();
  });

  test('belongs to the text while one types', () => {
    const run = command('n');
    press('n', put(document.createElement('textarea')));
    expect(run).not.toHaveBeenCalled();
  });

  test('belongs to an open dialog', () => {
    const run = command('n');
    const dialog = put(document.createElement('div'));
    dialog.setAttribute('role', 'dialog');
    dialog.setAttribute('data-state', 'open');
    press('n');
    expect(run).not.toHaveBeenCalled();
  });

  test('Space belongs to a focused button, unless the button gives it to the commands', () => {
    const run = command(' ');
    const button = put(document.createElement('button'));
    press(' ', button);
    expect(run).not.toHaveBeenCalled();
    button.setAttribute('data-space-commands', '');
    press(' ', button);
    expect(run).toHaveBeenCalledOnce();
  });

  test('that edits text stays with the text, also with Ctrl; Ctrl+Enter does not', () => {
    const undo = command('Mod+z');
    const go = command('Mod+Enter');
    const text = put(document.createElement('textarea'));
    press('z', text, { ctrlKey: true });
    press('Enter', text, { ctrlKey: true });
    expect(undo).not.toHaveBeenCalled();
    expect(go).toHaveBeenCalledOnce();
    press('z', document.body, { ctrlKey: true });
    expect(undo).toHaveBeenCalledOnce();
  });

  test('goes to the newest command that may run', () => {
    const older = command('e');
    command('e', () => false);
    press('e');
    expect(older).toHaveBeenCalledOnce();
  });
});

test('the overview lists what works now, and keys that do the same on one line', () => {
  const both = { label: 'Next item', group: 'List', run: () => undefined };
  stops.push(keys.add({ combo: 'j', ...both }, { combo: 'ArrowDown', ...both }));
  command('x', () => false);
  expect(keys.overview).toEqual([{ name: 'List', lines: [{ label: 'Next item', combos: ['j', 'ArrowDown'] }] }]);
});

test('caps are what is printed on the keys', () => {
  expect(keyCaps('Mod+k')).toEqual(['Ctrl', 'K']);
  expect(keyCaps(' ')).toEqual(['Space']);
});
