export const runAs = {
  runAs: {
    title: '单元运行账户',
    kind: {
      separate: '每个应用各有账户',
      shared: '全部共用一个账户：仅限一个组织。',
      refused: '无：它不运行单元。',
    },
    refused: '它不运行单元。',
    ofPool: '{machines} 台机器中有 {shared} 台的单元共用一个账户：仅限一个组织。',
    sharedHelp: '这些机器不接收第二个组织的单元，否则彼此可读。以 root 运行的代理会给每个应用单独的账户。',
    second: '已有 {organizations} 单元的机器不接收该组织的单元。',
    refusedOfPool: '{machines} 台机器中有 {refused} 台不运行单元。',
    refusedHelp: '其代理以 root 运行，但所在目录不对他人开放；机器页面说明是哪个目录。',
  },
}

export const accountSentences = {
  serves_other_organization: '其单元共用一个账户，且它服务于另一组织',
  no_separate_users: '其代理不运行单元：它是 root，而他人无法进入其目录',
}
