import '@digital-go-jp/design-tokens/dist/tokens.css';
import './app/base.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/App';

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <App />
  </StrictMode>,
);

// 120 subsets by unicode-range: the page is drawn with the system's font until they are there.
void import('@fontsource-variable/noto-sans-jp/wght.css');
