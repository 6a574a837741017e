import '@fontsource-variable/inter/index.css';
import '@fontsource-variable/jetbrains-mono/index.css';
import { mount } from 'svelte';
import './shared/tokens.css';
import './shared/base.css';
import App from './App.svelte';

const target = document.getElementById('app');
if (target) mount(App, { target });
