"""The three cells that NAS-Bench-NLP names, as texts.

The output gate of its LSTM has a hyperbolic tangent where everybody else's has a sigmoid.
"""

RNN = "f=linear(x,h_prev_0);h_new_0=activation_tanh(f)"
LSTM = ";".join(
    [
        "i=linear(x,h_prev_0);i_act=activation_tanh(i)",
        "j=linear(x,h_prev_0);j_act=activation_sigm(j)",
        "f=linear(x,h_prev_0);f_act=activation_sigm(f)",
        "o=linear(x,h_prev_0);o_act=activation_tanh(o)",
        "h_new_1_part1=elementwise_prod(f_act,h_prev_1)",
        "h_new_1_part2=elementwise_prod(i_act,j_act)",
        "h_new_1=elementwise_sum(h_new_1_part1,h_new_1_part2)",
        "h_new_1_act=activation_tanh(h_new_1)",
        "h_new_0=elementwise_prod(h_new_1_act,o_act)",
    ]
)
GRU = ";".join(
    [
        "r=linear(x,h_prev_0);r_act=activation_sigm(r)",
        "z=linear(x,h_prev_0);z_act=activation_sigm(z)",
        "rh=elementwise_prod(r_act,h_prev_0)",
        "h_tilde=linear(x,rh);h_tilde_act=activation_tanh(h_tilde)",
        "h_new_0=blend(z_act,h_prev_0,h_tilde_act)",
    ]
)
