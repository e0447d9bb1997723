// Made-up sheets that show how theirs may look.
export const example_lots = `lot,kind,price,available kg,bag kg,age,colour,aroma,taste,taste error
S1,spring,210 CNY/kg,300,20,40,8.6,8.1,7.9,0.2
S2,spring,185 CNY/kg,400,20,65,7.9,8.4,7.2,0.2
S3,spring,240 CNY/kg,180,20,35,9.1,8.8,8.6,0.2
U1,summer,96 CNY/kg,800,20,120,6.4,6.0,5.9,0.3
U2,summer,110 CNY/kg,600,20,110,6.9,6.6,6.1,0.3
U3,summer,88 CNY/kg,500,20,210,5.8,6.2,5.5,0.3
A1,autumn,64 CNY/kg,900,20,230,5.1,5.2,4.8,0.3
A2,autumn,72 CNY/kg,700,20,190,5.6,5.0,5.3,0.3
A3,autumn,58 CNY/kg,400,20,320,4.7,4.9,4.4,0.3
`
export const example_target = `attribute,low,target,high
colour,6.6,7,7.6
aroma,6.3,6.8,7.4
taste,6,6.5,7
`
export const example_analysis = `ion,mg/L
Na,3200
K,20
Mg,150
Ca,160
Cl,5160
SO4,480
HCO3,160
`
export const example_salts = `salt,formula,purity,price,bag
potash,KCl,98 %,5 CNY/kg,25 kg
magnesium chloride,MgCl2·6H2O,97 %,1.5 CNY/kg,25 kg
Epsom salt,MgSO4·7H2O,98 %,1.2 CNY/kg,25 kg
calcium chloride,CaCl2·2H2O,96 %,2 CNY/kg,25 kg
bicarbonate,NaHCO3,99 %,3 CNY/kg,25 kg
`
export const example_bands = `what,low,high
Na:K,25,30
Mg:Ca,2.8,3.5
alkalinity,150,200
`
