import { t } from '../i18n'
import { Link } from '../router'
import { PageHead } from '../ui/basic'

export default function NotYours() {
  return <><PageHead title={t('not_yours.title')} sentence={t('not_yours.sentence')} /><p><Link to="/">{t('nav.today')}</Link></p></>
}
