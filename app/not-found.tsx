import { NotFoundPage } from '@/components/frame/nothing-here'

export default NotFoundPage
