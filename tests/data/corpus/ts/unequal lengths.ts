% a comment
@problemName Toy
@univariate true
@equalLength false
@classLabel true a A b
@data
1,2,?:b
4,5:a
