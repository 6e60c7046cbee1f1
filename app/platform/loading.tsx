import { LoadingPage } from '@/components/frame/loading-page'

export default LoadingPage
