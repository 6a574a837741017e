import '@fontsource-variable/inter/index.css';
import '@fontsource-variable/jetbrains-mono/index.css';
import { mount } from 'svelte';
import './shared/tokens.css';
import './shared/base.css';
import App from './App.svelte';
import { begin } from './views/begin';

const target = document.getElementById('app');
if (target) void begin(() => mount(App, { target }));
