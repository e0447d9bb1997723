import { createRoot } from 'react-dom/client'
import { Root } from './app'
import { start_language } from './i18n'
import { settle_theme } from './prefs'
import './styles.css'

settle_theme()
if ('serviceWorker' in navigator && import.meta.env.PROD) void navigator.serviceWorker.register('/sw.js').catch(() => {})
void start_language().then(() => createRoot(document.getElementById('root')!).render(<Root />))
