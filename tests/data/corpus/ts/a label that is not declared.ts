% a comment
@problemName Toy
@univariate true
@equalLength true
@classLabel true a A b
@data
0.5,-1.0,2.0,0.0,3.25,1.0,-2.0,0.125,4.0:c
