% a comment
@problemName Toy
@univariate true
@equalLength true
@classLabel true a A b
@data
# one
0.5,-1.0,2.0,0.0,3.25,1.0,-2.0,0.125,4.0: b

% 1.0,1.5,0.0,-3.0,2.0,2.0,5.0,0.75,-1.0:a
2.0,0.0,-0.5,1.0,7.0,-2.0,1.0,1.0,0.0:b


