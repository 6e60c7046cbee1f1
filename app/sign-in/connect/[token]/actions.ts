'use server'

import { action } from '@/app/_server/action'
import { ConnectAccountSchema, connectAccount as connect } from '@/lib/sign-in/connect-account'

export const connectAccount = action(ConnectAccountSchema, connect)
