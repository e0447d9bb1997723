import { createRoot } from 'react-dom/client'
import { LinkPage } from './link_page'
import './public.css'

createRoot(document.getElementById('root')!).render(<LinkPage />)
