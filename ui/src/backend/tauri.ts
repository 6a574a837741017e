import { invoke } from '@tauri-apps/api/core';
import { listen } from '@tauri-apps/api/event';
import { getCurrentWebview } from '@tauri-apps/api/webview';
import { open, save } from '@tauri-apps/plugin-dialog';
import { problemOf, type Backend, type BackendEvents, type Place } from './contract';

async function ask<T>(command: string, args: Record<string, unknown> = {}): Promise<T> {
  try {
    return await invoke<T>(command, args);
  } catch (thrown) {
    throw problemOf(thrown);
  }
}

/** Tauri's `listen` is asynchronous; whoever stops listening before it has begun must still be heard. */
function hear<T>(event: string, listener: (payload: T) => void): () => void {
  const stop = listen<T>(event, ({ payload }) => listener(payload));
  return () => void stop.then((unlisten) => unlisten());
}

const inCss = (place: Place): Place => ({
  x: place.x / window.devicePixelRatio,
  y: place.y / window.devicePixelRatio,
});

const events: BackendEvents = {
  runsChanged: (listener) => hear('runs-changed', listener),
  runChanged: (listener) => hear('run-changed', listener),
  probeProgress: (listener) => hear('probe-progress', listener),
  loadProgress: (listener) => hear('load-progress', listener),
  watchLooked: (listener) => hear('watch-looked', listener),
  pathsOpened(listener) {
    let dropped: Place | null = null;
    const take = async () => {
      const paths = await ask<string[]>('take_opened_paths');
      if (paths.length > 0) listener(paths, dropped);
      dropped = null;
    };
    const stopDrag = getCurrentWebview().onDragDropEvent(({ payload }) => {
      if (payload.type === 'over' || payload.type === 'drop') dropped = inCss(payload.position);
      if (payload.type === 'leave') dropped = null;
    });
    const stop = hear<null>('paths-opened', () => void take());
    const stopSource = hear<string>('open-checklist', (source) => listener([source], null));
    // What came by argument arrived before anybody listened.
    void take();
    return () => {
      stop();
      stopSource();
      void stopDrag.then((unlisten) => unlisten());
    };
  },
  filesOver(listener) {
    const stop = getCurrentWebview().onDragDropEvent(({ payload }) => {
      if (payload.type === 'enter' || payload.type === 'over') listener(inCss(payload.position));
      else listener(null);
    });
    return () => void stop.then((unlisten) => unlisten());
  },
};

/** The backend inside the app's own window. */
export const tauri: Backend = {
  events,
  session: () => ask('session'),
  settingsSave: (settings) => ask('settings_save', { settings }),

  checklistList: () => ask('checklist_list'),
  checklistPreview: (source, bulletsAsItems) => ask('checklist_preview', { source, bulletsAsItems }),
  checklistForget: (source) => ask('checklist_forget', { source }),
  suggestionAccept: (source, accepted, into) => ask('suggestion_accept', { source, accepted, into }),
  checklistCopy: (run, source, path) => ask('checklist_copy', { run, source, path }),
  lint: (source) => ask('lint', { source }),

  runCreate: (newRun) => ask('run_create', { newRun }),
  runPrefill: (run) => ask('run_prefill', { run }),
  runList: () => ask('run_list'),
  runView: (run) => ask('run_view', { run }),
  runRefresh: (run, revision) => ask('run_refresh', { run, revision }),
  runArchive: (run, archived) => ask('run_archive', { run, archived }),
  runChange: (run, change) => ask('run_change', { run, change }),
  runField: (run, group, id, value) => ask('run_field', { run, group, id, value }),
  runCondition: (run, answer) => ask('run_condition', { run, answer }),
  runCriterionBind: (run, criterion, items) => ask('run_criterion_bind', { run, criterion, items }),
  runCriterionAnswer: (run, criterion, met, reason) => ask('run_criterion_answer', { run, criterion, met, reason }),
  runHandover: (run, to, note) => ask('run_handover', { run, to, note }),
  runRoles: (run, point, roles) => ask('run_roles', { run, point, roles }),
  runEnvironment: (run) => ask('run_environment', { run }),
  runHistory: (run, limit) => ask('run_history', { run, limit }),

  checklistChange: (run) => ask('checklist_change', { run }),
  adoptionPlan: (run, source, pairs) => ask('adoption_plan', { run, source, pairs }),
  checklistAdopt: (run, adoption) => ask('checklist_adopt', { run, adoption }),

  attemptStart: (run, at) => ask('attempt_start', { run, at }),
  attemptDeployed: (run, at) => ask('attempt_deployed', { run, at }),
  attemptEnd: (run, at, outcome, reason) => ask('attempt_end', { run, at, outcome, reason }),

  itemStatus: (run, items, change) => ask('item_status', { run, items, change }),
  itemValue: (run, item, value) => ask('item_value', { run, item, value }),
  itemNote: (run, item, text) => ask('item_note', { run, item, text }),
  itemAssign: (run, items, assignee) => ask('item_assign', { run, items, assignee }),
  itemDue: (run, item, at) => ask('item_due', { run, item, at }),
  itemEvidence: (run, item, paths) => ask('item_evidence', { run, item, paths }),
  itemEvidenceBytes: (run, item, name, base64) => ask('item_evidence_bytes', { run, item, name, base64 }),
  itemHistory: (run, item) => ask('item_history', { run, item }),
  itemResolve: (run, item, register, event) => ask('item_resolve', { run, item, register, event }),
  evidencePicture: (digest, mediaType) => ask('evidence_picture', { digest, mediaType }),
  evidenceSave: (digest, path) => ask('evidence_save', { digest, path }),
  proposalDecide: (run, event, accept, reason) => ask('proposal_decide', { run, event, accept, reason }),
  undo: (run, events) => ask('undo', { run, events }),

  rollbackActivate: (run, rehearsal, reason) => ask('rollback_activate', { run, rehearsal, reason }),
  rollbackClose: (run) => ask('rollback_close', { run }),
  rollbackCancel: (run, reason) => ask('rollback_cancel', { run, reason }),

  probePlan: (run, selection) => ask('probe_plan', { run, selection }),
  probeRun: (run, selection, approve, confirmed) => ask('probe_run', { run, selection, approve, confirmed }),
  probeCancel: (batch) => ask('probe_cancel', { batch }),
  probeResult: (run, item, probe) => ask('probe_result', { run, item, probe }),

  watchStart: (run, item, length, approve) => ask('watch_start', { run, item, length, approve }),
  watchByPerson: (run, item, length, every) => ask('watch_by_person', { run, item, length, every }),
  watchReading: (run, item, good, words) => ask('watch_reading', { run, item, good, words }),
  watchFinish: (run, item, held, words) => ask('watch_finish', { run, item, held, words }),
  watchStop: (run, item, reason) => ask('watch_stop', { run, item, reason }),
  watchSeries: (run, item) => ask('watch_series', { run, item }),

  runCompare: (run, other) => ask('run_compare', { run, with: other }),
  carryPlan: (run) => ask('carry_plan', { run }),
  carryForward: (run, items, approve) => ask('carry_forward', { run, items, approve }),

  probeText: (run, item, probe, line) => ask('probe_text', { run, item, probe, line }),
  probeCheck: (run, draft) => ask('probe_check', { run, draft }),
  probeSave: (run, draft) => ask('probe_save', { run, draft }),

  environmentList: () => ask('environment_list'),
  environmentSave: (environment, previous) => ask('environment_save', { environment, previous }),
  environmentDelete: (name) => ask('environment_delete', { name }),
  secretSet: (environment, name, value) => ask('secret_set', { environment, name, value }),

  peopleList: () => ask('people_list'),
  personSave: (person) => ask('person_save', { person }),
  personDelete: (id) => ask('person_delete', { id }),
  keyCreate: (person, passphrase) => ask('key_create', { person, passphrase }),
  keyLoad: (person, path) => ask('key_load', { person, path }),

  pointView: (run, point) => ask('point_view', { run, point }),
  pointLooked: (run, point) => ask('point_looked', { run, point }),
  sign: (run, decision, passphrase) => ask('sign', { run, decision, passphrase }),
  signatureWithdraw: (run, event, reason, person, passphrase) =>
    ask('signature_withdraw', { run, event, reason, person, passphrase }),
  conditionClose: (run, event, index, note, person, passphrase) =>
    ask('condition_close', { run, event, index, note, person, passphrase }),

  reportPage: (run, page, scale) => ask('report_page', { run, page, scale }),
  export: (run, format, path) => ask('export', { run, format, path }),
  exportName: (run, format) => ask('export_name', { run, format }),

  async chooseFiles(title, kinds, several) {
    const chosen: string | string[] | null = await open({ title, filters: kinds, multiple: several, directory: false });
    if (chosen === null) return [];
    return Array.isArray(chosen) ? chosen : [chosen];
  },
  chooseSavePath: (title, name, kinds) => save({ title, defaultPath: name, filters: kinds }),
};
