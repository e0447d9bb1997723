import { createRoot } from 'react-dom/client'
import { CoaPage } from './coa_page'
import '../public/public.css'
import './coa.css'

createRoot(document.getElementById('root')!).render(<CoaPage />)
