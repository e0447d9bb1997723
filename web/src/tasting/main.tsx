import { createRoot } from 'react-dom/client'
import { TastePage } from './taste_page'
import '../public/public.css'
import './taste.css'

createRoot(document.getElementById('root')!).render(<TastePage />)
