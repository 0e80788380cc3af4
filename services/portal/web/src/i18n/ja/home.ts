const ja = {
  title: 'ホーム',
  hello: (name: string, place: string) => `${name} さん、${place}の今の状況です。`,
  tasks: {
    title: 'あなたの作業',
    count: (n: string) => `${n}件`,
    none: 'いま待っている作業はありません',
    noneSteward: '新しい時点のファイルが届いたら、「データ」からアップロードしてください。',
    noneAnalyst: '検証に適合したデータができると、ここから統計を作れます。',
    noneOfficer: '検証や公開の確認の依頼があると、ここに並びます。',
    noneOther: '作業が必要になると、ここに並びます。',
    toData: 'データを開く',
    toStatistics: '統計を開く',
    approve: '公開の申請を確認する',
    publish: '承認済みの統計を公開する',
    answerJoint: '共同統計の提案に答える',
    makeJoint: '共同統計の表を作る',
    requestedBy: (name: string) => `申請者: ${name}`,
    more: (n: string) => `ほか${n}件`,
  },
  running: {
    title: '実行中の処理',
    none: '実行中の処理はありません。ファイルの確認や抽象化を始めると、進み具合がここに出ます。',
    open: '対象を開く',
    failed: '失敗した処理（24時間以内）',
  },
  changes: {
    title: '最近の変化',
    none: 'まだ何も起きていません',
    noneText:
      'ファイルの受け取り、検証、統計の作成、公開があると、新しい順にここに並びます。はじめは次の順に進みます。',
    steps: [
      '保有課: データを追加し、ファイルを送る',
      '保有課: エラーを確認し、抽象化して検証する',
      '分析職員: 統計を作り、公開を申請する',
      '個人情報保護担当: 申請を確認し、公開する',
    ],
    when: '日時',
    what: '種類',
    about: '内容',
    state: '状態',
    kinds: {
      snapshot: 'データ',
      verdict: '検証',
      statistic: '統計',
      release: '公開',
    },
  },
  admin: {
    title: '管理の入口',
    members: 'メンバーと役割を管理する',
    audit: '監査の記録を見る',
  },
  noRole: {
    title: 'まだ役割がありません',
    text: '自治体の管理者に、役割を付けてもらってください。役割が付くと、ここに作業が並びます。',
  },
};
export default ja;
