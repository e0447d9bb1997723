import { t } from '../i18n'
import { Link } from '../router'
import { PageHead } from '../ui/basic'

export default function Missing() {
  return <><PageHead title={t('missing.title')} sentence={t('missing.sentence')} /><p><Link to="/">{t('nav.today')}</Link></p></>
}
