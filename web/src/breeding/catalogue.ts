// What breeding's pages say of correlations, chances, genotypes and crosses, in both languages.
export const words = {
  chance_colour: ['colour 4 or lighter', '卵色 4 级及以上'], chance_firmness: ['firmness 4 or more', '弹性 4 级及以上'], chance_survival: ['alive', '存活'], chance_female: ['female', '雌性'],
  chance_title: ['Chance that a record of such genes is {{wish}}, all else at the mean; beside it the liability in standard deviations', '具有该基因的记录为“{{wish}}”的概率，其余按均值；旁边为以标准差计的易感性'],
  at_mean: ['{{chance}} {{wish}} at the mean', '均值处{{wish}} {{chance}}'],
  with: ['with {{traits}}', '与{{traits}}联合'],
  alone_only_one: ['alone: no other trait can be evaluated', '单独：没有其他可评估性状'], alone_too_few_in_common: ['alone: fewer than 60 animals have another measure too', '单独：与其他性状共有记录的个体不足 60'],
  alone_not_found: ['alone: the correlations could not be found', '单独：未能估出相关'], alone_too_large: ['alone: all together are too large', '单独：联合模型过大'], alone_ordinal: ['alone: in ordered categories', '单独：有序分级性状'],
  correlations: ['Genetic correlations used', '所用遗传相关'], correlation_of: ['{{one}} and {{other}}', '{{one}}与{{other}}'], both: ['{{n}} animals with both', '{{n}} 个体有两项记录'],
  correlations_words: ['What is seen of one trait tells of the other too, also of animals that lack it.', '一个性状的记录也能说明另一个，即使个体缺该记录。'],
  genotypes: ['Genotypes', '基因型'], genotypes_used: ['{{animals}} animals by {{variants}} variants, in a single step with the pedigree', '{{animals}} 个体、{{variants}} 个变异位点，与系谱一步法联合'],
  genotypes_none: ['No genotypes took part: relationships are of the pedigree alone.', '未使用基因型：亲缘关系仅来自系谱。'],
  genotypes_unused_none_of_them: ['Not used: none of the genotyped animals is in this pedigree.', '未使用：已测个体均不在该系谱中。'], genotypes_unused_too_large: ['Not used: so many genotyped animals need more memory than there is.', '未使用：已测个体过多，内存不足。'],
} as const satisfies Record<string, readonly [string, string]>
